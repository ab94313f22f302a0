/**
 * How long the notes of `mailed` and `counted` are kept, in days. Longer than any message can come late: seven days on
 * the topic, fourteen among the dead letters, and seven on the topic again.
 */
const KEPT_DAYS = 30;

/**
 * A cancellation is an event like a sale. What the worker keeps of both, so that they may come in any order and any number
 * of times.
 *
 * `mailed.state`: `begun` → `sent` are the ticket's. `cancelled`: no ticket was sent, and none ever is. `notice-begun` →
 * `notice-sent`: a ticket had been sent, and its buyer is told that it is void. No row: nothing was done yet.
 *
 * count_events(): `counted.cancelled` says that the reservation is taken out of the figures, or never comes into them.
 */
export const cancelEvents = `
alter table mailed drop constraint mailed_state_check;
alter table mailed add constraint mailed_state_check
  check (state in ('begun', 'sent', 'cancelled', 'notice-begun', 'notice-sent'));
create index mailed_by_time on mailed using brin (begun_at);

-- Returns what was known before, or 'new' when the notice is to be sent. A sale from before the notes' time has lost its
-- own: its ticket was sent long ago.
create function begin_cancellation(in_id uuid, in_sold_at timestamptz) returns text language plpgsql as $$
declare
  known text;
begin
  perform pg_advisory_lock(hashtextextended('mail ' || in_id, 0));
  select state into known from mailed where reservation_id = in_id;
  if known is null then
    if in_sold_at > now() - interval '${KEPT_DAYS} days' then
      insert into mailed (reservation_id, state) values (in_id, 'cancelled');
      return 'cancelled';
    end if;
    insert into mailed (reservation_id, state) values (in_id, 'notice-begun');
    return 'new';
  end if;
  if known = 'sent' then
    update mailed set state = 'notice-begun' where reservation_id = in_id;
    return 'new';
  end if;
  return known;
end $$;

-- Ends what begin_mail or begin_cancellation began. Null: it certainly was not sent, as if it had never been begun.
create function leave_mail(in_id uuid, in_state text) returns boolean language plpgsql as $$
begin
  if in_state is null then
    delete from mailed where reservation_id = in_id;
  else
    update mailed set state = in_state where reservation_id = in_id and state <> in_state;
  end if;
  return pg_advisory_unlock(hashtextextended('mail ' || in_id, 0));
end $$;

create function forget_mailed() returns void language sql as $$
  delete from mailed where begun_at < now() - interval '${KEPT_DAYS} days';
$$;

alter table counted add column cancelled boolean not null default false;

-- All events of a reservation are in one partition, and of those that deal with it one waits for the other.
create function count_events(in_partition int, in_events json) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('count ' || in_partition, 0));
  with event as (
    select id, "showId" as show_id, seats, date_trunc('minute', at) as minute, bool_or(cancelled) as cancelled
    from json_to_recordset(in_events) as one(id uuid, "showId" int, seats int, at timestamptz, cancelled boolean)
    group by 1, 2, 3, 4
  ), fresh as (
    insert into counted (reservation_id, cancelled) select id, cancelled from event order by id
    on conflict do nothing returning reservation_id
  ), taken_out as (
    update counted set cancelled = true from event
    where reservation_id = event.id and event.cancelled and not counted.cancelled returning reservation_id
  ), change as (
    select minute, show_id, seats, 1 as reservations from event join fresh on id = reservation_id where not cancelled
    union all
    select minute, show_id, -seats, -1 from event join taken_out on id = reservation_id
  ), total as (
    select minute, show_id, sum(seats) as seats, sum(reservations) as reservations from change group by 1, 2
  )
  insert into sales_by_minute as sold (minute, show_id, seats, reservations)
  select * from total
  -- Figures that were forgotten are not taken out of.
  where seats > 0 or exists (
    select from sales_by_minute known where known.minute = total.minute and known.show_id = total.show_id
  )
  order by minute, show_id
  on conflict (minute, show_id) do update
    set seats = sold.seats + excluded.seats, reservations = sold.reservations + excluded.reservations;
end $$;

create function forget_counted() returns void language sql as $$
  delete from counted where at < now() - interval '${KEPT_DAYS} days';
  delete from sales_by_minute where minute < now() - interval '3 days';
$$;
`;
