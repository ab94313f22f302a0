/** How long the shop remembers a purchase's key, and a mail that it owes. */
export const KEPT_DAYS = 7;
const LOCK = 7_205_011;

/**
 * forget_keys(): forgets some of the oldest keys, and mails that are owed, that nobody has asked for within the time. One
 * caller at a time; returns how many keys went. The index costs a sale nothing that can be measured: its newest entry is
 * always the last one.
 */
export const retention = `
create index idempotency_by_time on idempotency (created_at);

create function forget_keys(in_most int) returns int language plpgsql as $$
declare
  gone int;
begin
  if not pg_try_advisory_xact_lock(${LOCK}) then
    return 0;
  end if;
  perform set_config('synchronous_commit', 'off', true);
  delete from owed_mails where since < now() - interval '${KEPT_DAYS} days';
  delete from idempotency where key in (
    select key from idempotency where created_at < now() - interval '${KEPT_DAYS} days'
    order by created_at limit in_most
  );
  get diagnostics gone = row_count;
  return gone;
end $$;
`;
