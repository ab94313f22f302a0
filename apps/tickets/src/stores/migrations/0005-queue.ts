/**
 * What a queue needs on its two ends. Stages without one never touch these tables.
 *
 * outbox: an event is written in the transaction that sells the seats, so there is one exactly if there was a sale.
 * `number` is drawn last, after every wait of the transaction: of two sales of which one saw the other, the one that was
 * seen has the smaller number (see `relay` in apps/worker). Rows live for a moment, so vacuum goes by count, not by share.
 *
 * mailed: the worker's inbox. `begun` is written before the mail is handed over, `sent` after.
 *
 * sales_by_minute, counted: the stream aggregation and the events that are in it already.
 */
export const queue = `
create table outbox (
  number bigint generated always as identity primary key,
  reservation_id uuid not null,
  event text not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create function reserve_to_outbox(
  in_id uuid, in_show int, in_seats int[], in_name text, in_email text, in_key text, in_ticket text
) returns text language plpgsql as $$
declare
  answer text := reserve(in_id, in_show, in_seats, in_name, in_email, in_key, in_ticket);
  parsed json := answer::json;
begin
  if parsed->>'replayed' = 'false' and parsed->'first'->>'kind' = 'reserved' then
    insert into outbox (reservation_id, event) values (in_id, parsed->'first'->>'reservation');
  end if;
  return answer;
end $$;

create table mailed (
  reservation_id uuid primary key,
  state text not null check (state in ('begun', 'sent')),
  begun_at timestamptz not null default now()
);

-- The lock is the session's: it is held until the mail is noted as sent, or until the worker that held it is gone.
create function begin_mail(in_id uuid) returns text language plpgsql as $$
declare
  known text;
begin
  perform pg_advisory_lock(hashtextextended('mail ' || in_id, 0));
  insert into mailed (reservation_id, state) values (in_id, 'begun') on conflict do nothing;
  if found then
    return 'new';
  end if;
  select state into known from mailed where reservation_id = in_id;
  return known;
end $$;

create function end_mail(in_id uuid) returns boolean language plpgsql as $$
begin
  update mailed set state = 'sent' where reservation_id = in_id;
  return pg_advisory_unlock(hashtextextended('mail ' || in_id, 0));
end $$;

create table sales_by_minute (
  minute timestamptz not null,
  show_id int not null,
  seats int not null,
  reservations int not null,
  primary key (minute, show_id)
);

create table counted (
  reservation_id uuid primary key,
  at timestamptz not null default now()
);
create index counted_by_time on counted (at);
`;
