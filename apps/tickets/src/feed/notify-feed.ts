import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import type { Dependency, SeatChange, SeatFeed } from '../ports.ts';
import type { Pool, Statement } from '../stores/pool.ts';
import { readChanges } from './seat-changes.ts';
import { seatTruth } from './seat-truth.ts';
import { watched } from './watched.ts';

const CHANNEL = 'seat_changes';
/** Changes of this long go out in one statement: a burst of sales must not cost a statement each. */
const GATHER_MS = 5;
/** Postgres takes 8,000 bytes a notification; a change of 8 seats with its id and position takes at most 150. */
const MOST_CHANGES = 50;
const CONNECT_LIMIT_MS = 3000;
const RETRY_MS = { first: 100, most: 2000 };

/** Whether the primary has moved is looked at this often: a connection to one that hangs does not break by itself. */
const LOOK_MS = 500;

/** A notification that is lost is made good (`watched`): it need not wait for the disk, nor for a standby. */
const NOTIFY: Statement = {
  name: 'notify',
  text: `select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1)::text`,
};

/**
 * Seat changes through Postgres' LISTEN/NOTIFY: whatever instance sells a seat, the clients of all of them see it at
 * once. One connection of its own listens; it is opened again when it breaks, and then every client is asked to load its
 * map again. It follows the primary: a standby cannot be listened to. The primary is asked for what no notification told.
 */
export function notifyFeed(primary: Pool, env: Pick<Environment, 'boxName'>): SeatFeed & Dependency {
  const { tell, missed, subscribe } = watched(seatTruth(primary));
  const stopped = new AbortController();
  let listener: pg.Client | undefined;
  let waiting: SeatChange[] = [];
  let gathering: Promise<void> | undefined;

  async function listenOnce(): Promise<void> {
    const { url } = primary;
    const client = new pg.Client({
      connectionString: url,
      application_name: `${env.boxName} feed`,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
    });
    const broken = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', (error) => {
        log.warn({ err: error }, 'the seat feed broke');
        resolve();
      });
    });
    const looking = setInterval(() => {
      if (whereIs(primary) !== url)
        client.end().catch((error) => log.debug({ err: error }, 'the feed did not end cleanly'));
    }, LOOK_MS).unref();
    client.on('notification', ({ payload }) => {
      readChanges(payload, { change: tell, missed });
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      listener = client;
      // What was said until now was not heard here.
      missed();
      await broken;
    } finally {
      listener = undefined;
      clearInterval(looking);
      await client.end().catch((error) => log.debug({ err: error }, 'the feed did not end cleanly'));
    }
  }

  async function keepListening(): Promise<void> {
    let wait = RETRY_MS.first;
    while (!stopped.signal.aborted) {
      const since = performance.now();
      await listenOnce().catch((error) => log.warn({ err: error }, 'the seat feed cannot listen'));
      wait = performance.now() - since > RETRY_MS.most ? RETRY_MS.first : Math.min(wait * 2, RETRY_MS.most);
      // Ends early, by a rejection, when the feed is closed.
      await sleep(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  async function sendGathered(): Promise<void> {
    await sleep(GATHER_MS);
    gathering = undefined;
    const changes = waiting;
    waiting = [];
    while (changes.length > 0) {
      const some = changes.splice(0, MOST_CHANGES);
      try {
        await primary.text(NOTIFY, [JSON.stringify(some)]);
      } catch (error) {
        // The clients here need not wait until the database is asked.
        for (const change of [...some, ...changes]) tell(change);
        throw error;
      }
    }
  }

  void keepListening();

  return {
    name: 'seat feed',
    optional: true,
    subscribe,
    async publish(change) {
      waiting.push(change);
      gathering ??= sendGathered();
      await gathering;
    },
    async check() {
      if (listener === undefined) throw new Error('it does not listen');
    },
    async close() {
      stopped.abort();
      await listener?.end();
    },
  };
}

/** undefined while there is no primary. */
function whereIs(primary: Pool): string | undefined {
  try {
    return primary.url;
  } catch {
    return undefined;
  }
}
