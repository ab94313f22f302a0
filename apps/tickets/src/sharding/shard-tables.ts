import { hasBegun, reservationJson } from '../stores/sql.ts';
import { BUCKETS } from './bucket.ts';

/** Class of the advisory locks that writers hold on their bucket, so that a move can wait until they are through. */
export const BUCKET_LOCK = 7_205_009;

/**
 * What makes a shop's database a shard. The shard itself knows its buckets (`buckets`) and refuses every other: whatever
 * an app believes of the map, it cannot write to a shard that does not have the bucket.
 *
 * `owned` → `moving` (changes are noted in `bucket_changes`) → `frozen` (no writes, until `frozen_until` at the latest)
 * → `moved`; where it moves to: `incoming` → `owned`. A bucket without a row was never here.
 *
 * A key counts within its show, because only the show's shard is asked for it: it is stored as SHOW/KEY.
 */
export const SHARD_TABLES = `
create table buckets (
  bucket int primary key check (bucket between 0 and ${BUCKETS - 1}),
  state text not null check (state in ('owned', 'moving', 'frozen', 'moved', 'incoming')),
  version bigint not null,
  frozen_until timestamptz,
  check ((state = 'frozen') = (frozen_until is not null))
);

-- What changed in a bucket while it was being copied.
create table bucket_changes (
  number bigint generated always as identity primary key,
  bucket int not null,
  reservation_id uuid,
  key text
);

create function bucket_of(show_id int) returns int language sql immutable parallel safe
  return (((show_id::bigint * 2654435769) & 4294967295) >> 26)::int;

-- Shows are the catalogue's. Here a show is its seats; the view is for reserve(), which asks whether there is one.
drop table shows cascade;
create view shows as select distinct show_id as id from seats;

create index reservations_by_buyer on reservations (lower(email), created_at desc);

-- Whether the bucket is here, for writing: then it stays until the transaction ends.
create function enter_bucket(in_bucket int) returns text language plpgsql as $$
declare
  found_state text;
begin
  perform pg_advisory_xact_lock_shared(${BUCKET_LOCK}, in_bucket);
  select case when state = 'frozen' and frozen_until < clock_timestamp() then 'moving' else state end
    into found_state from buckets where bucket = in_bucket;
  return case when found_state in ('owned', 'moving', 'frozen') then found_state else 'elsewhere' end;
end $$;

create function reserve_here(
  in_bucket int, in_id uuid, in_show int, in_seats int[], in_name text, in_email text, in_key text, in_ticket text
) returns text language plpgsql as $$
declare
  entered text := enter_bucket(in_bucket);
  result text;
begin
  if entered in ('frozen', 'elsewhere') then
    return json_build_object('kind', entered);
  end if;
  result := reserve_to_outbox(in_id, in_show, in_seats, in_name, in_email, in_show || '/' || in_key, in_ticket);
  if entered = 'moving' then
    insert into bucket_changes (bucket, reservation_id, key) values (in_bucket, in_id, in_show || '/' || in_key);
  end if;
  return result;
end $$;

create function cancel_here(in_bucket int, in_id uuid, in_token text) returns text language plpgsql as $$
declare
  entered text := enter_bucket(in_bucket);
  was text;
  present json;
begin
  if entered in ('frozen', 'elsewhere') then
    return json_build_object('kind', entered);
  end if;
  select status into was from reservations where id = in_id and token = in_token for update;
  if not found then
    return json_build_object('kind', 'not-found');
  end if;
  if was = 'confirmed' and exists (select from reservations where id = in_id and ${hasBegun}) then
    return json_build_object('kind', 'over');
  end if;
  if was = 'confirmed' then
    update reservations set status = 'cancelled' where id = in_id;
    delete from reserved_seats where reservation_id = in_id;
    if entered = 'moving' then
      insert into bucket_changes (bucket, reservation_id) values (in_bucket, in_id);
    end if;
  end if;
  select ${reservationJson} into present from reservations where id = in_id;
  if was = 'confirmed' then
    insert into outbox (reservation_id, event) values (in_id, present);
  end if;
  return json_build_object('kind', 'cancelled', 'freed', was = 'confirmed', 'reservation', present);
end $$;

-- A bucket that moves is compared row by row: nothing goes meanwhile, and no move begins before it has gone.
alter function forget_keys(int) rename to forget_keys_here;
create function forget_keys(in_most int) returns int language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(${BUCKET_LOCK}, bucket) from buckets;
  if exists (select from buckets where state <> 'owned') then
    return 0;
  end if;
  return forget_keys_here(in_most);
end $$;

-- Whether the bucket is here, for reading.
create function has_bucket(in_bucket int) returns boolean language sql stable
  return exists (select from buckets where bucket = in_bucket and state in ('owned', 'moving', 'frozen'));
`;
