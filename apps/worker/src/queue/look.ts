import type { Admin, Kafka } from 'kafkajs';
import { withAdmin } from '../broker.ts';
import { DEAD, GROUPS, SALES } from '../topics.ts';

/** Messages that somebody has yet to deal with. */
export interface Waiting {
  /** Tickets to be mailed, sales to be counted. */
  readonly mail: number;
  readonly count: number;
  /** Dead letters that were not sent round again. */
  readonly dead: number;
}

/** How much waits at the broker, by its own word. */
export function look(kafka: Kafka): Promise<Waiting> {
  return withAdmin(kafka, async (admin) => ({
    mail: await behind(admin, SALES, GROUPS.mail),
    count: await behind(admin, SALES, GROUPS.count),
    dead: await behind(admin, DEAD, GROUPS.redrive),
  }));
}

/** Messages of a topic that a group has yet to deal with. */
export async function behind(admin: Admin, topic: string, groupId: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [places] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const place = new Map(places?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.reduce((sum, { partition, high, low }) => {
    // -1: the group has no place yet and will begin with the first message that is still there.
    const from = Math.max(place.get(partition) ?? -1, Number(low));
    return sum + Math.max(0, Number(high) - from);
  }, 0);
}
