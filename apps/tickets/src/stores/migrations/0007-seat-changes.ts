/** Reservations that one question is told of at most; what is left comes with the next one. */
const MOST_CHANGED = 500;
/** For a show that has just found its first watcher: what changed within so many seconds before, longer than a map may lag. */
const LOOK_BACK_SECONDS = 10;
/** It is looked for among this many transactions at most. */
const LOOK_BACK = 1000;

/**
 * Which seats changed lately, for instances whose event streams may not have heard of it (`feed/watched.ts`).
 *
 * `changed_xid` is the transaction that last changed the reservation, always this database's own: a trigger sets it, so a
 * row that is copied from another shard gets a new one. With the oldest transaction that still runs as the next question's
 * start, no change is overlooked, however late it commits. Rows from before have none: nobody watches for them.
 *
 * seat_changes(): of the shows `in_shows` the seats of reservations changed since `in_since`; of `in_opened` also what
 * changed shortly before; and the seats that the streams were told of. For each, whether it is sold now, and by which
 * change of which reservation it came to be in the answer.
 */
export const seatChanges = `
alter table reservations add column changed_xid xid8, add column changed_at timestamptz;
create index reservations_by_change on reservations (changed_xid);

create function note_seat_change() returns trigger language plpgsql as $$
begin
  new.changed_xid := pg_current_xact_id();
  new.changed_at := clock_timestamp();
  return new;
end $$;
create trigger note_seat_change before insert or update of status on reservations
  for each row execute function note_seat_change();

create function seat_changes(
  in_since xid8, in_shows int[], in_opened int[], in_told_shows int[], in_told_seats int[]
) returns text language plpgsql stable set enable_seqscan = off as $$
declare
  oldest xid8 := pg_snapshot_xmin(pg_current_snapshot());
  before xid8 := greatest(oldest::text::bigint - ${LOOK_BACK}, 0)::text::xid8;
  last_xid xid8;
  changed json;
begin
  with since as (
    select id, status, show_id, seats, changed_xid from reservations
    where changed_xid >= coalesce(in_since, oldest) and show_id = any(in_shows)
    order by changed_xid limit ${MOST_CHANGED}
  ), asked as (
    select id, status, show_id, unnest(seats) as seat from since
    union
    select id, status, show_id, unnest(seats) from reservations
    where cardinality(in_opened) > 0 and changed_xid >= before and show_id = any(in_opened)
      and changed_at > clock_timestamp() - interval '${LOOK_BACK_SECONDS} seconds'
    union
    select null::uuid, null, told.show_id, told.seat from unnest(in_told_shows, in_told_seats) told (show_id, seat)
    where told.show_id = any(in_shows)
  )
  select
    (select changed_xid from since order by changed_xid offset ${MOST_CHANGED - 1} limit 1),
    (
      select json_agg(json_build_array(asked.show_id, asked.seat, exists (
        select from reserved_seats sold where sold.show_id = asked.show_id and sold.seat = asked.seat
      ), id || ' ' || (status = 'confirmed'))) from asked
    )
  into last_xid, changed;
  return json_build_object('since', coalesce(last_xid, oldest)::text, 'seats', coalesce(changed, '[]'::json));
end $$;
`;
