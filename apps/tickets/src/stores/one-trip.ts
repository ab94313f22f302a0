import pg from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { NotSent } from '../not-sent.ts';
import { refuseToQueue } from './busy.ts';
import { POSITION, type Statement } from './pool.ts';

/** Connections to a database far away; each can decide a dozen purchases a second. */
const CONNECTIONS = 4;
/** So many stay open, whoever needs them: opening one takes four round trips (TCP, then SCRAM), a purchase one. */
const KEPT_OPEN = 2;
const KEEP_EVERY_MS = 1000;
/** Four round trips over the link are 0.3 s. */
const CONNECT_LIMIT_MS = 1500;
/** The database gives up first. */
const STATEMENT_LIMIT_MS = 1500;
const ANSWER_LIMIT_MS = 2000;

/** What was decided, and where in the log that stands. */
export interface Decided {
  readonly json: string | null;
  readonly position: string;
}

export interface OneTrip {
  /**
   * One statement, which is its own transaction, and the position after it. @throws Busy or NotSent when
   * there was no connection; any other error leaves open whether the statement was done.
   */
  decide(statement: Statement, values: readonly unknown[]): Promise<Decided>;
  /** Whether connections are to be there before somebody needs one. */
  keepOpen(wanted: boolean): void;
  close(): Promise<void>;
}

/**
 * Writes to a database in one round trip: the statement commits by itself, without BEGIN and COMMIT, and the question
 * for the position is sent with it, without waiting for the answer in between (pipelining). Connections are opened
 * before they are needed and kept.
 */
export function oneTrip(url: string, env: Pick<Environment, 'boxName'>): OneTrip {
  const connections = new pg.Pool({
    connectionString: url,
    application_name: `${env.boxName} writes`,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    max: CONNECTIONS,
    idleTimeoutMillis: 0,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    pipeline: true,
  });
  connections.on('error', (error) => log.debug({ err: error }, 'a kept connection broke'));
  // The pool listens to idle connections only: one that breaks under a statement would end the process.
  connections.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: error }, 'a connection broke under a statement'));
  });
  let opening = false;
  let kept = false;

  async function open(): Promise<void> {
    if (!kept || opening || connections.totalCount >= KEPT_OPEN) return;
    opening = true;
    try {
      const clients = await Promise.all(
        Array.from({ length: KEPT_OPEN - connections.totalCount }, () => connections.connect()),
      );
      for (const client of clients) client.release();
    } catch (error) {
      log.debug({ err: error }, 'no connection could be opened ahead');
    } finally {
      opening = false;
    }
  }
  const keeping = setInterval(() => void open(), KEEP_EVERY_MS).unref();

  return {
    keepOpen(wanted) {
      if (wanted === kept) return;
      kept = wanted;
      void open();
    },
    async decide(statement, values) {
      refuseToQueue('the region that decides', CONNECTIONS, connections.waitingCount);
      const client = await connections.connect().catch((cause) => {
        throw new NotSent('no connection', { cause });
      });
      const [decided, position] = await Promise.allSettled([
        client.query({ ...statement, values: values as unknown[], rowMode: 'array' }),
        client.query(POSITION),
      ]);
      const failed = [decided, position].find((each) => each.status === 'rejected');
      // One that fell silent may answer later what nobody asks any more.
      client.release(failed !== undefined);
      if (decided.status === 'rejected') throw decided.reason;
      if (position.status === 'rejected') throw position.reason;
      return {
        json: (decided.value.rows[0]?.[0] as string | null | undefined) ?? null,
        position: (position.value.rows[0] as { position: string }).position,
      };
    },
    async close() {
      kept = false;
      clearInterval(keeping);
      await connections.end();
    },
  };
}
