import type { Statement } from './pool.ts';

export const listShows: Statement = {
  name: 'list-shows',
  text: `select '[' || string_agg(json, ',' order by starts_at, id) || ']' from shows`,
};

export const findShow: Statement = {
  name: 'find-show',
  text: 'select json from shows where id = $1',
};

/** A show's 500 seats, joined with what is sold and built into JSON here: about 1 ms of the database's CPU. */
export const seatMap: Statement = {
  name: 'seat-map',
  text: `
    select '{"showId":' || $1::int || ',"seats":' || json_agg(place order by place.seat) || '}' as json
    from (
      select s.seat, s.row_label as row, s.seat_number as number, s.price_cents as "priceCents",
        r.seat is not null as sold
      from seats s left join reserved_seats r on r.show_id = s.show_id and r.seat = s.seat
      where s.show_id = $1::int
    ) place`,
};

export const reserve: Statement = {
  name: 'reserve',
  text: 'select as_it_is_now(reserve($1, $2, $3, $4, $5, $6, $7)) as json',
};

/**
 * The same, of a mailed ticket that the app itself mails: in the same transaction it is noted that the mail is owed, and
 * claimed for whoever asks. Of a repeated key it says whether the mail is still owed.
 */
export const reserveToDeliver: Statement = {
  name: 'reserve-to-deliver',
  text: 'select reserve_to_deliver($1, $2, $3, $4, $5, $6, $7) as json',
};

/** $1 the reservation, $2 the claim. */
export const claimMail: Statement = { name: 'claim-mail', text: 'select claim_mail($1, $2)' };

/** $3: whether the mail server took the mail; otherwise the next request may try. */
export const endClaim: Statement = { name: 'end-claim', text: 'select end_claim($1, $2, $3)' };

/** The same, and in the same transaction the event of the sale. */
export const reserveToOutbox: Statement = {
  name: 'reserve-to-outbox',
  text: 'select as_it_is_now(reserve_to_outbox($1, $2, $3, $4, $5, $6, $7)) as json',
};

/** A row of `reservations` as the shop tells it, and as its events say it. */
export const reservationJson = `json_build_object('id', id, 'token', token, 'showId', show_id, 'seats', seats, 'name', name, 'email', email,
  'ticket', ticket, 'totalCents', total_cents, 'status', status, 'createdAt', created_at)`;

export const findReservation: Statement = {
  name: 'find-reservation',
  text: `select ${reservationJson}::text from reservations where id = $1`,
};

/** Whether the show of a reservation (columns `show_id`, `seats`) has begun: then its tickets are not given back. */
export const hasBegun = `exists (
        select from seats of_show
        where of_show.show_id = reservations.show_id and seat = seats[1] and on_sale_until <= clock_timestamp()
      )`;

/**
 * $1 the reservation, $2 its management token: with another one there is no such reservation. `also`: what else is done, in the same transaction, with the row of `cancelled`. `for update`: a cancellation that is
 * under way is waited for, so that its reservation is not said to stand.
 */
const cancelling = (also: string) => `
    with cancelled as (
      update reservations set status = 'cancelled'
      where id = $1 and token = $2 and status = 'confirmed' and not ${hasBegun} returning *
    ), freed as (
      delete from reserved_seats using cancelled where reservation_id = cancelled.id
    ), before as (
      select * from reservations where id = $1 and token = $2 and not exists (select from cancelled) for update
    )${also}
    select case status when 'confirmed' then '{"kind":"over"}' else
      json_build_object('kind', 'cancelled', 'freed', freed, 'reservation', ${reservationJson})::text end
    from (select true as freed, * from cancelled union all select false, * from before) answer`;

/** Frees the seats once, however often it is asked. */
export const cancel: Statement = { name: 'cancel', text: cancelling('') };

/** The same, and in the same transaction the event of the cancellation. */
export const cancelToOutbox: Statement = {
  name: 'cancel-to-outbox',
  text: cancelling(`, event as (
      insert into outbox (reservation_id, event) select id, ${reservationJson} from cancelled
    )`),
};

/**
 * Shows of which many seats were sold within the last five minutes, most first. Counted back from the newest sale where
 * the seller's clock is ahead of this database's.
 */
export const sellingFast: Statement = {
  name: 'selling-fast',
  text: `
    select coalesce(json_agg(json_build_object('showId', show_id, 'seats', seats) order by seats desc, show_id), '[]')::text
    from (
      select show_id, sum(seats)::int as seats from sales_by_minute
      where minute > greatest(now(), (select max(minute) from sales_by_minute)) - interval '5 minutes'
      group by show_id having sum(seats) >= 8 order by 2 desc limit 6
    ) fast`,
};
