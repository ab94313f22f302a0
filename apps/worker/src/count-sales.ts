import type { Dependency, Environment, Reservation } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import type { Kafka } from 'kafkajs';
import { consume } from './consume.ts';
import { session } from './session.ts';
import { GROUPS } from './topics.ts';

const AT_A_TIME = 200;
const FORGET_EVERY_MS = 60 * 60 * 1000;

/**
 * One statement, so one transaction: what is new is noted and added, what is known is left out. A kill at any point, a
 * message twice and messages in any order all end in the same figures. A sale belongs to the minute in which its database
 * committed to it, by that database's clock; which box counts it, and when, does not matter.
 */
const COUNT = {
  name: 'count-sales',
  text: `
with sales as (
  select distinct on (id) * from json_to_recordset($1) as sale(id uuid, "showId" int, seats int, at timestamptz)
), fresh as (
  insert into counted (reservation_id) select id from sales order by id on conflict do nothing returning reservation_id
)
insert into sales_by_minute as sold (minute, show_id, seats, reservations)
select date_trunc('minute', at), "showId", sum(seats), count(*)
from sales join fresh on reservation_id = id group by 1, 2 order by 1, 2
on conflict (minute, show_id) do update
  set seats = sold.seats + excluded.seats, reservations = sold.reservations + excluded.reservations`,
};

/** Longer than the topic keeps its messages (a day), so that no message comes after its note is gone. */
const FORGET = {
  name: 'forget-counted',
  text: `
with gone as (delete from counted where at < now() - interval '3 days')
delete from sales_by_minute where minute < now() - interval '3 days'`,
};

/** Adds up the sales of each show by the minute, for whoever wants to know what sells fast. */
export function countSales(kafka: Kafka, env: Pick<Environment, 'boxName' | 'databaseUrl'>): Dependency {
  const database = session(env.databaseUrl, env);
  const forgetting = setInterval(
    () => void database.rows(FORGET).catch((error) => log.warn({ err: error }, 'old figures stay')),
    FORGET_EVERY_MS,
  ).unref();
  const consumer = consume(kafka, {
    group: GROUPS.count,
    atATime: AT_A_TIME,
    partitions: 1,
    handle: async (sales) => void (await database.rows(COUNT, [JSON.stringify(sales.map(figures))])),
    // Who mails puts it aside: once is enough.
    putAside: async (message, partition) =>
      log.debug({ partition, offset: message.offset }, 'a message that is no sale was not counted'),
  });
  return {
    ...consumer,
    async close() {
      clearInterval(forgetting);
      await consumer.close();
      await database.drop();
    },
  };
}

function figures({ id, showId, seats, createdAt }: Reservation) {
  return { id, showId, seats: seats.length, at: createdAt };
}
