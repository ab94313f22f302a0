import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependency } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { backoff } from './backoff.ts';
import { ensureTopics } from './broker.ts';
import { deal, type Letter, letterOf } from './deal.ts';
import { type Event, isLinkRequest } from './event.ts';
import { follow } from './lag.ts';
import { retries } from './metrics.ts';
import { SALES } from './topics.ts';

/** A worker that is silent for so long is dead, and its partitions go to the others. The broker allows no less. */
const SESSION_MS = 6000;
const HEARTBEAT_MS = 1500;
/** A member that does not come to a rebalance within this is left out of it. */
const REBALANCE_MS = 8000;
const FETCH_WAIT_MS = 1000;
const START_AGAIN_MS = 300;
const CLOSE_LIMIT_MS = 4000;

export interface Place {
  readonly partition: number;
  /** Reservations whose cancellation is known to come later in this partition. */
  readonly cancelled: ReadonlySet<string>;
}

export interface Consumption {
  readonly group: string;
  /** Messages dealt with at a time, of one partition. */
  readonly atATime: number;
  /** Partitions dealt with at a time. */
  readonly partitions: number;
  /**
   * Deals with some events of one partition. Each may come more than once. A rejection is tried again, later and later,
   * for as long as it takes; nothing behind it in its partition goes first. Hopeless ones are put aside.
   */
  handle(events: readonly Event[], place: Place): Promise<void>;
  /** Takes a message that no attempt can deal with; a rejection is tried again. */
  putAside(message: KafkaMessage, partition: number, reason: Error): Promise<void>;
}

/**
 * One member of a group of consumers, which share the partitions of the sales among them. A partition whose first message
 * fails is paused, and fetched again after the pause: meanwhile the other partitions go on, and the member stays in its
 * group however long an outage lasts.
 */
export function consume(kafka: Kafka, consumption: Consumption): Dependency {
  const { group, atATime, partitions } = consumption;
  const stopping = new AbortController();
  const progress = follow(kafka, group);
  const waiting = backoff(group);
  let consumer: Consumer | undefined;
  let connected = false;

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, isRunning, isStale, heartbeat, commitOffsetsIfNecessary } = payload;
    const { partition } = batch;
    const letters = batch.messages.map(letterOf);
    const place = { partition, cancelled: cancelledAmong(letters) };
    for (let from = 0; from < letters.length; from += atATime) {
      if (!isRunning() || isStale() || stopping.signal.aborted) break;
      const some = letters.slice(from, from + atATime);
      const last = some.at(-1)?.message.offset ?? '0';
      try {
        await beating(heartbeat, () => dealWith(some, place));
      } catch (error) {
        retryLater(payload, error);
        break;
      }
      waiting.went(partition);
      resolveOffset(last);
      progress.at(partition, BigInt(last) + 1n);
      await commitOffsetsIfNecessary();
    }
    // Tells us when the group has met without us: then we join it again.
    await heartbeat();
  }

  function dealWith(letters: readonly Letter[], place: Place): Promise<void> {
    return deal(letters, {
      handle: (events) => consumption.handle(events, place),
      putAside: (message, reason) => consumption.putAside(message, place.partition, reason),
    });
  }

  function retryLater({ batch: { partition }, pause }: EachBatchPayload, error: unknown): void {
    const waitMs = waiting.failed(partition);
    retries.inc({ group });
    log.warn({ err: error, group, partition, waitMs }, 'a message is tried again');
    setTimeout(pause(), waitMs).unref();
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
      waiting.reset();
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
      waiting.reset();
    },
  };
}

function cancelledAmong(letters: readonly Letter[]): ReadonlySet<string> {
  return new Set(
    letters.flatMap(({ event }) =>
      event instanceof Error || isLinkRequest(event) || event.status === 'confirmed' ? [] : [event.id],
    ),
  );
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
