/**
 * reserve(): one purchase in one round trip and one transaction. Its answer is the JSON text of a ReserveOutcome.
 *
 * - Two requests with one key wait for each other on an advisory lock; the second one finds the first one's outcome.
 * - ON CONFLICT has no target on purpose: the constraint alone decides, so without it seats really are sold twice.
 * - Seats go in by number, so two purchases that overlap cannot deadlock. One that did not get all of its seats gives
 *   back those it got.
 * - enable_seqscan off: a database of five minutes plans the foreign keys' checks for tables that are nearly empty, by
 *   sequential scan, and keeps the plan while they grow (writes were seen at 3.3 times their price).
 */
export const reserve = `
create function reserve(
  in_id uuid, in_show int, in_seats int[], in_name text, in_email text, in_key text
) returns text language plpgsql set enable_seqscan = off as $$
declare
  -- What makes two requests with one key the same request.
  hash text := md5(row(in_show, in_seats, in_name, in_email)::text);
  known record;
  result text;
  total int;
  found_seats int[];
  got int[];
begin
  perform pg_advisory_xact_lock(hashtextextended(in_key, 0));
  select request_hash, outcome into known from idempotency where key = in_key;
  if found then
    if known.request_hash <> hash then
      return '{"kind":"key-reused"}';
    end if;
    return json_build_object('replayed', true, 'first', known.outcome::json);
  end if;

  select sum(price_cents), array_agg(seat) into total, found_seats
    from seats where show_id = in_show and seat = any(in_seats);
  if coalesce(cardinality(found_seats), 0) < cardinality(in_seats) then
    if not exists (select from shows where id = in_show) then
      return '{"kind":"no-such-show"}';
    end if;
    return json_build_object('kind', 'no-such-seat', 'seats',
      array(select wanted from unnest(in_seats) wanted where wanted <> all(coalesce(found_seats, '{}')) order by wanted));
  end if;

  with sale as (
    insert into reservations (id, show_id, seats, name, email, total_cents)
    values (in_id, in_show, in_seats, in_name, in_email, total)
  ), sold as (
    insert into reserved_seats (reservation_id, show_id, seat)
    select in_id, in_show, wanted from unnest(in_seats) wanted order by wanted
    on conflict do nothing
    returning seat
  )
  select array_agg(seat) into got from sold;

  if coalesce(cardinality(got), 0) < cardinality(in_seats) then
    delete from reserved_seats where reservation_id = in_id;
    delete from reservations where id = in_id;
    result := json_build_object('kind', 'taken', 'seats',
      array(select wanted from unnest(in_seats) wanted where wanted <> all(coalesce(got, '{}')) order by wanted));
  else
    result := json_build_object('kind', 'reserved', 'reservation', json_build_object(
      'id', in_id, 'showId', in_show, 'seats', in_seats, 'name', in_name, 'email', in_email,
      'totalCents', total, 'status', 'confirmed', 'createdAt', now()));
  end if;
  insert into idempotency (key, request_hash, outcome) values (in_key, hash, result);
  return json_build_object('replayed', false, 'first', result::json);
end $$;
`;
