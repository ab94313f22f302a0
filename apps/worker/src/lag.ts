import { log, within } from '@scaling/tickets/work';
import type { Admin, Kafka } from 'kafkajs';
import { beforeLag, deadWaiting, lag, partitionCount } from './metrics.ts';
import { behind } from './queue/look.ts';
import { DEAD, GROUPS, SALES } from './topics.ts';

const LOOK_LIMIT_MS = 3000;

/**
 * Shows how far this member of a group is behind, for the partitions that it has: what the broker holds less what was
 * dealt with. The broker is asked when somebody reads the metrics, so that messages which were not even fetched count,
 * and asking costs nothing while nobody looks.
 */
export function follow(kafka: Kafka, group: string) {
  const next = new Map<number, bigint>();
  let mine: readonly number[] = [];
  let admin: Promise<Admin> | undefined;

  async function look(): Promise<void> {
    if (mine.length === 0) return;
    admin ??= connect();
    const asked = await admin;
    const ends = new Map(
      (await asked.fetchTopicOffsets(SALES)).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    if (mine.some((partition) => !next.has(partition))) await learn(asked);
    partitionCount.set({ group }, ends.size);
    if (group === GROUPS.mail && mine.includes(0)) deadWaiting.set(await behind(asked, DEAD, GROUPS.redrive));
    for (const partition of mine) {
      const behind = (ends.get(partition) ?? 0n) - (next.get(partition) ?? 0n);
      lag.set({ group, partition: String(partition) }, Number(behind > 0n ? behind : 0n));
    }
  }

  async function connect(): Promise<Admin> {
    const made = kafka.admin();
    await made.connect();
    return made;
  }

  /** Where the group stands in partitions that came from another member. */
  async function learn(from: Admin): Promise<void> {
    const [topic] = await from.fetchOffsets({ groupId: group, topics: [SALES] });
    for (const { partition, offset } of topic?.partitions ?? []) {
      const committed = BigInt(offset);
      if (!next.has(partition)) next.set(partition, committed > 0n ? committed : 0n);
    }
  }

  function forget(): void {
    for (const partition of mine) lag.remove({ group, partition: String(partition) });
    if (group === GROUPS.mail) deadWaiting.reset();
  }

  async function leave(): Promise<void> {
    const left = admin;
    admin = undefined;
    await (await left?.catch(() => undefined))?.disconnect();
  }

  async function show(): Promise<void> {
    try {
      await within(LOOK_LIMIT_MS, look(), 'the broker does not tell the lag');
    } catch (error) {
      log.debug({ err: error, group }, 'the lag is not known');
      // No figure rather than an old one.
      forget();
      await leave();
    }
  }
  beforeLag.add(show);

  return {
    /** `partitions`: those that this member has from now on. */
    assigned(partitions: readonly number[]): void {
      forget();
      mine = partitions;
      next.clear();
    },
    /** `offset` is the next message that has not been dealt with. */
    at(partition: number, offset: bigint): void {
      next.set(partition, offset);
    },
    async stop(): Promise<void> {
      beforeLag.delete(show);
      forget();
      await leave();
    },
  };
}
