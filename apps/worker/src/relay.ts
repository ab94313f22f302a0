import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependency, Environment } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { ensureTopics } from './broker.ts';
import { outboxWaiting, published } from './metrics.ts';
import { session } from './session.ts';
import { SALES } from './topics.ts';

const BATCH = 500;
/**
 * How long an event may wait for nobody to look. Looking ten times a second took a sixth of a small database's quota, and
 * batches so small that the broker had most to do. NOTIFY would wake at once, but makes all commits wait for each other.
 */
const LOOK_MS = 500;
const BACKOFF_MS = { first: 100, most: 1000 };
/** Without a look that went well for so long, the relay is not ready. */
const WELL_FOR_MS = 10_000;
/** Whoever empties an outbox holds this lock on its database: two relays would publish in no order. */
const LOCK = 7_205_002;
const CLOSE_LIMIT_MS = 2000;

interface Row {
  readonly number: string;
  readonly reservation_id: string;
  readonly event: string;
}

const TAKE_LOCK = { name: 'take-lock', text: 'select pg_try_advisory_lock($1) as mine' };
const LOOK = {
  name: 'look',
  text: `select number, reservation_id, event from outbox order by number limit ${BATCH}`,
};
/** Counting costs more the more there are: beyond so many it does not matter how many. */
const LENGTH = {
  name: 'outbox-length',
  text: 'select count(*)::int as length from (select from outbox limit 100000) found',
};
const COUNT_EVERY_MS = 5000;
const REMOVE = { name: 'remove', text: 'delete from outbox where number = any($1::bigint[])' };

/**
 * Publishes a database's events and then removes them from its outbox. It ends, or dies, at any moment without losing
 * one: what is not removed is published again, so each event comes at least once.
 *
 * In the order of commits, as far as anybody could tell. One relay looks (the lock); each look is one statement, so it
 * sees a sale only together with every sale that was committed before. There is no position behind which a late commit
 * could be overlooked: what is there is published, what is published is removed. Within a look `number` decides, which a
 * sale draws when it waits for nothing any more: a sale that another one waited for, or saw, has the smaller number. Two
 * sales of which neither saw the other have no order that anybody could know.
 */
export function relay(url: string, kafka: Kafka, env: Pick<Environment, 'boxName'>): Dependency {
  const { hostname } = new URL(url);
  const database = session(url, env);
  const stopping = new AbortController();
  let producer: Producer | undefined;
  let counted = { at: Number.NEGATIVE_INFINITY, length: 0 };
  let wellAt: number | undefined;
  let trouble = 'it has not looked yet';

  async function publish(rows: readonly Row[]): Promise<void> {
    producer ??= await connected(kafka);
    await producer.send({
      topic: SALES,
      acks: -1,
      messages: rows.map(({ reservation_id, event }) => ({ key: reservation_id, value: event })),
    });
    published.inc({ database: hostname }, rows.length);
  }

  /** Returns how many events it found. */
  async function look(): Promise<number> {
    const rows = await database.rows<Row>(LOOK);
    const waiting = rows.length < BATCH ? rows.length : Math.max(BATCH, await countWaiting());
    outboxWaiting.set({ database: hostname }, waiting);
    if (rows.length === 0) return 0;
    await publish(rows);
    await database.rows(REMOVE, [rows.map(({ number }) => number)]);
    if (rows.length < BATCH) outboxWaiting.set({ database: hostname }, 0);
    return rows.length;
  }

  /** How many events there are, counted every few seconds. */
  async function countWaiting(): Promise<number> {
    if (performance.now() - counted.at > COUNT_EVERY_MS) {
      const [found] = await database.rows<{ length: number }>(LENGTH);
      counted = { at: performance.now(), length: found?.length ?? 0 };
    }
    return counted.length;
  }

  async function begin(): Promise<void> {
    const [answer] = await database.rows<{ mine: boolean }>(TAKE_LOCK, [LOCK]);
    if (answer?.mine !== true) {
      await database.drop();
      throw new Error(`another relay empties the outbox of ${hostname}`);
    }
    // Also while the broker is away, and nothing is published.
    outboxWaiting.set({ database: hostname }, await countWaiting());
    producer ??= await connected(kafka);
  }

  async function giveUp(): Promise<void> {
    // A producer that has failed is not asked again: a new one begins with numbers that the broker knows.
    const failed = producer;
    producer = undefined;
    await failed?.disconnect().catch((error) => log.debug({ err: error }, 'a producer was left'));
    await database.drop();
  }

  async function run(): Promise<void> {
    let wait = BACKOFF_MS.first;
    while (!stopping.signal.aborted) {
      try {
        await begin();
        log.info({ database: hostname }, 'emptying the outbox');
        for (;;) {
          const found = await look();
          wellAt = performance.now();
          wait = BACKOFF_MS.first;
          if (stopping.signal.aborted) break;
          if (found < BATCH) await pause(LOOK_MS);
        }
      } catch (error) {
        trouble = (error as Error).message;
        log.warn({ err: error, database: hostname }, 'the outbox waits');
        await giveUp();
        await pause(wait);
        wait = Math.min(wait * 2, BACKOFF_MS.most);
      }
    }
    await giveUp();
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const running = run();

  return {
    name: `outbox of ${hostname}`,
    async check() {
      if (wellAt === undefined || performance.now() - wellAt > WELL_FOR_MS) throw new Error(trouble);
    },
    async close() {
      stopping.abort();
      await Promise.race([running, sleep(CLOSE_LIMIT_MS)]);
    },
  };
}

async function connected(kafka: Kafka): Promise<Producer> {
  await ensureTopics(kafka);
  const producer = kafka.producer({
    // What it sends again after an answer that was lost, the broker knows and keeps once.
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 5 },
  });
  await producer.connect();
  return producer;
}
