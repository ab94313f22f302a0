import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependency, Reservation } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { ensureTopics } from './broker.ts';
import { follow } from './lag.ts';
import { retries } from './metrics.ts';
import { Hopeless, saleIn } from './sale.ts';
import { SALES } from './topics.ts';

/** A worker that is silent for so long is dead, and its partitions go to the others. The broker allows no less. */
const SESSION_MS = 6000;
const HEARTBEAT_MS = 1500;
/** Whoever does not come to a rebalance within this is left out of it. */
const REBALANCE_MS = 8000;
const FETCH_WAIT_MS = 1000;
const BACKOFF_MS = { first: 250, most: 5000 };
const START_AGAIN_MS = 300;
const CLOSE_LIMIT_MS = 4000;

export interface Consumption {
  readonly group: string;
  /** Messages dealt with at a time, of one partition. */
  readonly atATime: number;
  /** Partitions dealt with at a time. */
  readonly partitions: number;
  /**
   * Deals with some sales of one partition. Each may come more than once. A rejection is tried again, later and later,
   * for as long as it takes; nothing behind it in its partition goes first. Hopeless ones are put aside.
   */
  handle(sales: readonly Reservation[], partition: number): Promise<void>;
  /** Takes a message that no attempt can deal with; a rejection is tried again. */
  putAside(message: KafkaMessage, partition: number, reason: Error): Promise<void>;
}

/** One member of a group of consumers, which share the partitions of the sales among them. */
export function consume(kafka: Kafka, consumption: Consumption): Dependency {
  const { group, atATime, partitions } = consumption;
  const stopping = new AbortController();
  const progress = follow(kafka, group);
  let consumer: Consumer | undefined;
  let connected = false;

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, isRunning, isStale, heartbeat, commitOffsetsIfNecessary } = payload;
    const goesOn = () => isRunning() && !isStale() && !stopping.signal.aborted;
    for (let from = 0; from < batch.messages.length && goesOn(); from += atATime) {
      const messages = batch.messages.slice(from, from + atATime);
      const done = await beating(heartbeat, () => untilDone(messages, batch.partition, goesOn));
      if (!done) break;
      const last = messages.at(-1);
      if (last === undefined) break;
      resolveOffset(last.offset);
      progress.at(batch.partition, BigInt(last.offset) + 1n);
      await commitOffsetsIfNecessary();
    }
    await heartbeat();
  }

  /** False: it was not dealt with, and somebody else, or we ourselves, will be given it again. */
  async function untilDone(
    messages: readonly KafkaMessage[],
    partition: number,
    goesOn: () => boolean,
  ): Promise<boolean> {
    for (let wait = BACKOFF_MS.first; goesOn(); wait = Math.min(wait * 2, BACKOFF_MS.most)) {
      try {
        await deal(messages, partition);
        return true;
      } catch (error) {
        retries.inc({ group });
        log.warn({ err: error, group, partition, waitMs: wait }, 'a message is tried again');
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  async function deal(messages: readonly KafkaMessage[], partition: number): Promise<void> {
    const sales: Reservation[] = [];
    for (const message of messages) {
      try {
        sales.push(saleIn(message.value));
      } catch (error) {
        await consumption.putAside(message, partition, error as Error);
      }
    }
    try {
      if (sales.length > 0) await consumption.handle(sales, partition);
    } catch (error) {
      const [only] = messages;
      if (!isHopeless(error) || messages.length > 1 || only === undefined) throw error;
      await consumption.putAside(only, partition, error);
    }
  }

  async function start(): Promise<void> {
    await ensureTopics(kafka);
    const member = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 8 },
    });
    consumer = member;
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      progress.assigned(payload.memberAssignment[SALES] ?? []);
    });
    member.on(member.events.REBALANCING, () => progress.assigned([]));
    member.on(member.events.CRASH, ({ payload }) => {
      if (!payload.restart) void startAgain(payload.error);
    });
    await member.connect();
    // Before its first join a group has no place of its own: it begins with the first message there is.
    await member.subscribe({ topics: [SALES], fromBeginning: true });
    // What its group gives it comes when the group has met, which takes as long as dead members are waited for.
    connected = true;
    await member.run({
      autoCommitInterval: 1000,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitions,
      eachBatch,
    });
  }

  async function startAgain(error: Error): Promise<void> {
    connected = false;
    log.warn({ err: error, group }, 'the consumer starts again');
    await consumer?.disconnect().catch((cause) => log.debug({ err: cause }, 'a consumer was left'));
    await sleep(START_AGAIN_MS);
    if (!stopping.signal.aborted) await start().catch(startAgain);
  }

  void start().catch(startAgain);

  return {
    name: `${group} consumer`,
    async check() {
      if (!connected) throw new Error('it has not reached the broker');
    },
    async close() {
      stopping.abort();
      await progress.stop();
      // It commits what is done and leaves its group, so that the others need not wait for its silence.
      await Promise.race([consumer?.disconnect(), sleep(CLOSE_LIMIT_MS)]);
    },
  };
}

/** Our own mistakes, and what a mail server refuses for good: later will be no better. */
function isHopeless(error: unknown): error is Error {
  const { responseCode } = error as { responseCode?: unknown };
  if (typeof responseCode === 'number' && responseCode >= 500) return true;
  return [Hopeless, TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
}

/** Says that this member lives while it works; a heartbeat that fails is told by the next one outside. */
async function beating<Result>(heartbeat: () => Promise<void>, work: () => Promise<Result>): Promise<Result> {
  const beat = setInterval(
    () => void heartbeat().catch((error) => log.debug({ err: error }, 'a heartbeat failed')),
    HEARTBEAT_MS,
  );
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
