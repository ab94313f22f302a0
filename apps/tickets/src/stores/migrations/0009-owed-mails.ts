/** A request that claimed a mail has so many seconds to hand it over; then another request may. */
export const CLAIM_SECONDS = 5;

/**
 * Which mailed tickets are owed, where the app mails them itself (stages 1 to 7). A row is written in the transaction that
 * sells the seats, so that no kill can fall between the two, with a claim for the request that sells them. It goes when the
 * mail server has the mail. When the claim is over, the next request with the same key claims the mail. Sales from before
 * this table owe nothing. A row lives for a moment, so vacuum goes by count.
 *
 * No request waits for the disk, or for a replica, when a row goes: one that comes back after a crash costs a second mail,
 * and only where the buyer asks again.
 */
export const owedMails = `
create table owed_mails (
  reservation_id uuid primary key,
  claim uuid not null,
  claimed_until timestamptz not null,
  since timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- 'ours'; 'held' by another request; or 'none': it was sent, or its reservation was cancelled, or never owed one.
create function claim_mail(in_id uuid, in_claim uuid) returns text language plpgsql as $$
begin
  if not exists (select from reservations where id = in_id and status = 'confirmed') then
    return 'none';
  end if;
  update owed_mails set claim = in_claim, claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} s'
    where reservation_id = in_id and (claim = in_claim or claimed_until < clock_timestamp());
  if found then
    return 'ours';
  end if;
  perform from owed_mails where reservation_id = in_id;
  return case when found then 'held' else 'none' end;
end $$;

create function end_claim(in_id uuid, in_claim uuid, in_taken boolean) returns void language plpgsql as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  if in_taken then
    delete from owed_mails where reservation_id = in_id;
  else
    update owed_mails set claimed_until = '-infinity' where reservation_id = in_id and claim = in_claim;
  end if;
end $$;

-- reserve() of a mailed ticket. The claim of the request is the id that its reservation would get.
create function reserve_to_deliver(
  in_id uuid, in_show int, in_seats int[], in_name text, in_email text, in_key text, in_ticket text
) returns text language plpgsql as $$
declare
  answer text := reserve(in_id, in_show, in_seats, in_name, in_email, in_key, in_ticket);
  first json := answer::json->'first';
begin
  if first->>'kind' is distinct from 'reserved' then
    return answer;
  end if;
  if answer like '{"replayed" : true,%' then
    return left(as_it_is_now(answer), -1)
      || ', "mail" : "' || claim_mail((first->'reservation'->>'id')::uuid, in_id) || '"}';
  end if;
  insert into owed_mails (reservation_id, claim, claimed_until)
    values (in_id, in_id, clock_timestamp() + interval '${CLAIM_SECONDS} s');
  return left(answer, -1) || ', "mail" : "ours"}';
end $$;
`;
