/**
 * A reservation's management token, with which a client reads and cancels the reservation. The database draws it with the row,
 * from 122 random bits: a sale stays one statement, and an instance of the version before can go on selling.
 * reserve() is 0012's with the token in its answer; the first answer is kept with the key, so a repeated key gets the same
 * token. What was sold before gets one, too.
 */
export const managementToken = `
alter table reservations add column token text not null default replace(gen_random_uuid()::text, '-', '');

update idempotency set outcome = jsonb_set(outcome::jsonb, '{reservation,token}', to_jsonb(token))
  from reservations
  where outcome::jsonb->>'kind' = 'reserved' and outcome::jsonb->'reservation'->>'id' = reservations.id::text;

create or replace function reserve(
  in_id uuid, in_show int, in_seats int[], in_name text, in_email text, in_key text,
  -- Has a default so that instances of the version before can go on selling while they are replaced.
  in_ticket text default 'mail'
) returns text language plpgsql set enable_seqscan = off as $$
declare
  -- What makes two requests with one key the same request; by mail it reads as before there was a choice.
  hash text := md5(row(in_show, in_seats, in_name, in_email)::text || case in_ticket when 'mail' then '' else in_ticket end);
  known record;
  result text;
  total int;
  has_begun boolean;
  found_seats int[];
  got int[];
  drawn text;
begin
  perform pg_advisory_xact_lock(hashtextextended(in_key, 0));
  select request_hash, outcome into known from idempotency where key = in_key;
  if found then
    if known.request_hash <> hash then
      return '{"kind":"key-reused"}';
    end if;
    return json_build_object('replayed', true, 'first', known.outcome::json);
  end if;

  select sum(price_cents), array_agg(seat), bool_or(on_sale_until <= clock_timestamp())
    into total, found_seats, has_begun from seats where show_id = in_show and seat = any(in_seats);
  if coalesce(cardinality(found_seats), 0) < cardinality(in_seats) then
    if not exists (select from shows where id = in_show) then
      return '{"kind":"no-such-show"}';
    end if;
    return json_build_object('kind', 'no-such-seat', 'seats',
      array(select wanted from unnest(in_seats) wanted where wanted <> all(coalesce(found_seats, '{}')) order by wanted));
  end if;

  if has_begun then
    return '{"kind":"over"}';
  end if;

  with sale as (
    insert into reservations (id, show_id, seats, name, email, ticket, total_cents)
    values (in_id, in_show, in_seats, in_name, in_email, in_ticket, total)
    returning token
  ), sold as (
    insert into reserved_seats (reservation_id, show_id, seat)
    select in_id, in_show, wanted from unnest(in_seats) wanted order by wanted
    on conflict do nothing
    returning seat
  )
  select (select token from sale), array_agg(seat) into drawn, got from sold;

  if coalesce(cardinality(got), 0) < cardinality(in_seats) then
    delete from reserved_seats where reservation_id = in_id;
    delete from reservations where id = in_id;
    result := json_build_object('kind', 'taken', 'seats',
      array(select wanted from unnest(in_seats) wanted where wanted <> all(coalesce(got, '{}')) order by wanted));
  else
    result := json_build_object('kind', 'reserved', 'reservation', json_build_object(
      'id', in_id, 'token', drawn, 'showId', in_show, 'seats', in_seats, 'name', in_name, 'email', in_email,
      'ticket', in_ticket, 'totalCents', total, 'status', 'confirmed', 'createdAt', now()));
  end if;
  insert into idempotency (key, request_hash, outcome) values (in_key, hash, result);
  return json_build_object('replayed', false, 'first', result::json);
end $$;
`;
