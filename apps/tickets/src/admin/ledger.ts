import { run } from './run.ts';

const RESERVATIONS = `
select r.id, r.show_id as "showId", seats, status, email, ticket, key as "idempotencyKey"
from reservations r
left join idempotency on outcome::json->'reservation'->>'id' = r.id::text
order by r.created_at`;

const SEATS = `
select show_id as "showId", seat, reservation_id as "reservationId" from reserved_seats order by show_id, seat`;

const CONSTRAINT = `
select exists (
  select from pg_constraint where conname = 'seat_sold_once' and conrelid = 'reserved_seats'::regclass
) as present`;

/** What the database holds of sales, for `verify` to hold against what buyers were told. */
await run(async (primary) => {
  return await primary.session(async (client) => {
    // One snapshot for all three.
    await client.query('begin isolation level repeatable read read only');
    const reservations = await client.query(RESERVATIONS);
    const seatsSold = await client.query(SEATS);
    const constraint = await client.query<{ present: boolean }>(CONSTRAINT);
    await client.query('commit');
    return {
      reservations: reservations.rows,
      seatsSold: seatsSold.rows,
      constraint: constraint.rows[0]?.present === true,
    };
  });
});
