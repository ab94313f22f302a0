import type { Dependency, Environment, Reservation } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import type { Kafka } from 'kafkajs';
import { consume } from './consume.ts';
import { deadLetterBox } from './dead-letters.ts';
import { isLinkRequest, Unreadable } from './event.ts';
import { session } from './session.ts';
import { GROUPS } from './topics.ts';

const AT_A_TIME = 200;
const FORGET_EVERY_MS = 60 * 60 * 1000;

/**
 * One transaction: what is new is noted and added or taken out, what is known is left out (migration 0010). A kill at any
 * point, a message twice and messages in any order all end in the same figures: those of the sales that stand. A sale
 * belongs to the minute in which its database committed to it, by that database's clock; which box counts it, and when,
 * does not matter.
 */
const COUNT = { name: 'count-events', text: 'select count_events($1, $2)' };
const FORGET = { name: 'forget-counted', text: 'select forget_counted()' };

/** Adds up the sales of each show by the minute, less those that were cancelled, to tell what sells fast. */
export function countSales(kafka: Kafka, env: Pick<Environment, 'boxName' | 'databaseUrl'>): Dependency {
  const database = session(env.databaseUrl, env);
  const aside = deadLetterBox(kafka);
  const forgetting = setInterval(
    () => void database.rows(FORGET).catch((error) => log.warn({ err: error }, 'old figures stay')),
    FORGET_EVERY_MS,
  ).unref();
  const consumer = consume(kafka, {
    group: GROUPS.count,
    atATime: AT_A_TIME,
    partitions: 1,
    async handle(events, { partition }) {
      const sales = events.filter((event): event is Reservation => !isLinkRequest(event));
      if (sales.length > 0) await database.rows(COUNT, [partition, JSON.stringify(sales.map(figures))]);
    },
    async putAside(message, partition, reason) {
      // What cannot be read, the group that mails puts aside: once is enough.
      if (!(reason instanceof Unreadable)) await aside.put(message, partition, reason);
      else log.debug({ partition, offset: message.offset }, 'a message that is no sale was not counted');
    },
  });
  return {
    ...consumer,
    async close() {
      clearInterval(forgetting);
      await consumer.close();
      await Promise.all([aside.close(), database.drop()]);
    },
  };
}

function figures({ id, showId, seats, createdAt, status }: Reservation) {
  return { id, showId, seats: seats.length, at: createdAt, cancelled: status === 'cancelled' };
}
