import { KEPT_DAYS } from '../stores/migrations/0011-retention.ts';
import { runOnSellers } from './run.ts';

/** A sale without its key is a fault until the shop may have forgotten the key. Which it was, is not known any more. */
const KEY = `coalesce(key, case when r.created_at < now() - interval '${KEPT_DAYS} days' then 'forgotten/' || r.id end)`;

const RESERVATIONS = `
select r.id, r.show_id as "showId", seats, status, email, ticket, ${KEY} as "idempotencyKey"
from reservations r
left join idempotency on outcome::json->'reservation'->>'id' = r.id::text
order by r.created_at`;

const SEATS = `
select show_id as "showId", seat, reservation_id as "reservationId" from reserved_seats order by show_id, seat`;

const CONSTRAINT = `
select exists (
  select from pg_constraint where conname = 'seat_sold_once' and conrelid = 'reserved_seats'::regclass
) as present`;

/** A shard speaks for the buckets that it has (a copy that is on its way counts for nothing), and its keys name the show. */
const onShard = {
  reservations: `select id, "showId", seats, status, email, ticket,
    substr("idempotencyKey", strpos("idempotencyKey", '/') + 1) as "idempotencyKey"
    from (${RESERVATIONS}) held where has_bucket(bucket_of("showId"))`,
  seats: `select * from (${SEATS}) held where has_bucket(bucket_of("showId"))`,
};

/** What the database holds of sales, or all shards together, for `verify` to hold against what buyers were told. */
await runOnSellers(
  async (seller, env) => {
    return await seller.session(async (client) => {
      const sharded = env.shardUrl !== undefined;
      // One snapshot for all three.
      await client.query('begin isolation level repeatable read read only');
      const reservations = await client.query(sharded ? onShard.reservations : RESERVATIONS);
      const seatsSold = await client.query(sharded ? onShard.seats : SEATS);
      const constraint = await client.query<{ present: boolean }>(CONSTRAINT);
      await client.query('commit');
      return {
        reservations: reservations.rows as unknown[],
        seatsSold: seatsSold.rows as unknown[],
        constraint: constraint.rows[0]?.present === true,
      };
    });
  },
  (parts) => ({
    reservations: parts.flatMap((part) => part.reservations),
    seatsSold: parts.flatMap((part) => part.seatsSold),
    constraint: parts.every((part) => part.constraint),
  }),
);
