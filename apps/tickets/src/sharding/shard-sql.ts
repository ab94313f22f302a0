import type { Statement } from '../stores/pool.ts';
import * as sql from '../stores/sql.ts';

/** What a shard answers instead of an answer, when it does not have the bucket. */
export const ELSEWHERE = 'elsewhere';

export const reserveHere: Statement = {
  name: 'reserve-here',
  text: 'select as_it_is_now(reserve_here($1, $2, $3, $4, $5, $6, $7, $8)) as json',
};

export const cancelHere: Statement = {
  name: 'cancel-here',
  text: 'select cancel_here($1, $2, $3)',
};

/** $1 the show, $2 its bucket. */
export const seatMapHere: Statement = {
  name: 'seat-map-here',
  text: `select case when has_bucket($2) then (${sql.seatMap.text}) else '${ELSEWHERE}' end`,
};

/** $1 the reservation, $2 its bucket. */
export const findHere: Statement = {
  name: 'find-here',
  text: `select case when has_bucket($2) then (${sql.findReservation.text}) else '${ELSEWHERE}' end`,
};

/** As `seat_changes`, of those of the shows whose bucket is here. */
export const seatChangesHere: Statement = {
  name: 'seat-changes-here',
  text: `
    select seat_changes($1, array(select show_id from unnest($2::int[]) show_id where has_bucket(bucket_of(show_id))),
      array(select show_id from unnest($3::int[]) show_id where has_bucket(bucket_of(show_id))), $4, $5)`,
};

/** $1 the id of the request, $2 the address. '0': it will be mailed; otherwise in how many seconds it may be asked for again. */
export const requestLink: Statement = { name: 'request-link', text: 'select request_link($1, $2)' };

const HERE = `state in ('owned', 'moving', 'frozen')`;
const BUCKETS_HERE = `(select coalesce(json_agg(bucket), '[]') from buckets where ${HERE})`;

/** $1 an e-mail address, $2 how many at most: the newest of its reservations here, and the buckets that were looked at. */
export const ofBuyer: Statement = {
  name: 'of-buyer',
  text: `
    select json_build_object('buckets', ${BUCKETS_HERE}, 'found', coalesce(json_agg(one), '[]'))::text from (
      select id, token, show_id as "showId", seats, name, email, ticket, total_cents as "totalCents", status,
        created_at as "createdAt"
      from reservations where lower(email) = lower($1) and has_bucket(bucket_of(show_id))
      order by created_at desc limit $2
    ) one`,
};

/** What was sold of each show here, added up where it lies: a line per show leaves the shard, not a line per sale. */
export const soldByShow: Statement = {
  name: 'sold-by-show',
  text: `
    select json_build_object('buckets', ${BUCKETS_HERE}, 'found', coalesce(json_agg(one), '[]'))::text from (
      select show_id as "showId", count(*)::int as reservations, sum(cardinality(seats))::int as seats,
        sum(total_cents)::float8 as "revenueCents"
      from reservations
      where status = 'confirmed' and bucket_of(show_id) in (select bucket from buckets where ${HERE})
      group by show_id
    ) one`,
};
