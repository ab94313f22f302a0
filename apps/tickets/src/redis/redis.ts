import { Redis as Client, type RedisOptions, ReplyError } from 'ioredis';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { breakerIs } from '../metrics.ts';
import type { Dependency } from '../ports.ts';
import { breaker } from './breaker.ts';
import { patience } from './patience.ts';

/** A cache that takes longer is slower than what it stands in for. */
const COMMAND_LIMIT_MS = 100;
const CONNECT_LIMIT_MS = 1000;
const RETRY_MS = { first: 50, most: 1000 };
/** A connection on which nobody answers for so long is opened anew. */
const SILENT = { ms: 3000, probes: 9 };
/** Of a connection that is mostly spoken to. */
const SUBSCRIBING = { lazyConnect: true, autoResubscribe: false, socketTimeout: SILENT.ms } as const;

export type { Client };

/**
 * Has a command done, within 100 ms. Rejects at once while Redis is known to be gone or to hang; what it has not
 * answered in time may still be done later.
 */
export type Ask = <Value>(command: (client: Client) => Promise<Value>) => Promise<Value>;

export interface Redis extends Dependency {
  readonly ask: Ask;
  /** Whether it may be asked at all: it answers, and has been told what it missed. */
  readonly there: boolean;
  /** Called when Redis is there, at first and again, before anybody else may ask it; a rejection keeps it away. */
  whenBack(task: (ask: Ask) => Promise<void>): void;
  /** A connection of one's own to the same server, not yet connected: for subscriptions. It ends with this one. */
  another(more?: RedisOptions): Client;
}

function options(env: Pick<Environment, 'boxName'>) {
  return {
    connectionName: env.boxName,
    connectTimeout: CONNECT_LIMIT_MS,
    // Whoever asks while it is away is told so at once, and nothing is done twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: (attempt: number) => Math.min(RETRY_MS.first * 2 ** attempt, RETRY_MS.most),
  } satisfies RedisOptions;
}

/** A connection for subscriptions alone, not yet connected: also to a Redis so far away that nobody would ask it. */
export function subscriber(url: string, env: Pick<Environment, 'boxName'>): Client {
  return new Client(url, {
    ...options(env),
    ...SUBSCRIBING,
  });
}

/** One connection to a Redis that may go away at any time: bounded waits, no queue, a breaker. */
export function redis(url: string, env: Pick<Environment, 'boxName'>): Redis {
  const client = new Client(url, options(env));
  const limited = patience(COMMAND_LIMIT_MS, 'Redis does not answer');
  const tasks: ((ask: Ask) => Promise<void>)[] = [];
  const others: Client[] = [];

  let unanswered = 0;

  /** A connection may be dead without a word, when its other end went away that way. */
  async function ping(): Promise<void> {
    try {
      await limited(client.ping());
      unanswered = 0;
    } catch (error) {
      if (client.status === 'ready') unanswered += 1;
      if (unanswered >= SILENT.probes) {
        unanswered = 0;
        client.disconnect(true);
      }
      throw error;
    }
  }

  const circuit = breaker(
    async () => {
      await ping();
      for (const task of tasks) await task((command) => limited(command(client)));
    },
    (closed) => {
      breakerIs(closed);
      log[closed ? 'info' : 'warn'](closed ? 'the cache is back' : 'going on without the cache');
    },
  );
  // Without a listener a broken connection would end the process.
  client.on('error', (error) => log.debug({ err: error }, 'the connection to Redis broke'));
  client.on('close', circuit.open);

  async function attempt<Value>(command: (client: Client) => Promise<Value>): Promise<Value> {
    try {
      const value = await limited(command(client));
      circuit.succeeded();
      return value;
    } catch (error) {
      // An error that Redis itself answers (out of memory, wrong type) says that it is there.
      if (!(error instanceof ReplyError)) circuit.failed();
      throw error;
    }
  }

  return {
    name: 'cache',
    optional: true,
    ask: (command) => (circuit.closed ? attempt(command) : Promise.reject(new Error('Redis is away'))),
    whenBack: (task) => void tasks.push(task),
    get there() {
      return circuit.closed;
    },
    another(more) {
      const other = client.duplicate({ ...SUBSCRIBING, ...more });
      others.push(other);
      return other;
    },
    async check() {
      if (!circuit.closed) throw new Error('it is away');
      await limited(client.ping());
    },
    async close() {
      circuit.end();
      for (const one of [client, ...others]) one.disconnect();
    },
  };
}
