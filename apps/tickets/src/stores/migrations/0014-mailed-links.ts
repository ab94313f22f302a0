/** How long a link opens something. */
export const LINK_MINUTES = 15;
/** So many are mailed to one address within that time. */
const MAX_LINKS = 3;

/**
 * Links to a buyer's reservations, which are mailed to the buyer's address.
 *
 * secrets: what a stack signs with. An app writes it when it first needs it, so no two stacks have the same: a stack's
 * database is a copy of one template, in which this table is empty.
 *
 * request_link(): writes the event of a mail, unless the address has had its number; then the seconds until the next. The
 * table has a hash in place of each address, and forgets it when its time is over.
 */
export const mailedLinks = `
create table secrets (name text primary key, value text not null);

create table link_requests (
  address text primary key,
  requests int not null,
  since timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index link_requests_by_time on link_requests (since);

create function request_link(in_id uuid, in_email text) returns text language plpgsql as $$
declare
  hashed text := encode(sha256(convert_to(lower(in_email), 'UTF8')), 'hex');
  known record;
begin
  delete from link_requests where since < now() - interval '${LINK_MINUTES} minutes';
  insert into link_requests as so_far (address, requests, since) values (hashed, 1, now())
    on conflict (address) do update set requests = least(so_far.requests + 1, ${MAX_LINKS + 1})
    returning requests, since into known;
  if known.requests > ${MAX_LINKS} then
    return ceil(extract(epoch from known.since + interval '${LINK_MINUTES} minutes' - now()))::text;
  end if;
  insert into outbox (reservation_id, event)
    values (in_id, json_build_object('kind', 'link', 'id', in_id, 'email', in_email));
  return '0';
end $$;
`;
