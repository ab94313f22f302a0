import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEnd } from '../stores/lsn.ts';
import type { Pool } from '../stores/pool.ts';

const LIMIT_MS = 5000;
const LOOK_MS = 20;

const WRITTEN = `
select pg_current_wal_flush_lsn()::text as position,
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline`;

/**
 * Lets a primary take no more writes and ends its sessions, so that it acknowledges nothing from now on: like the power cut
 * that follows, but its last position can be asked. A restart does not undo it; `unfence` does.
 *
 * @returns up to where it has written
 */
export async function fence(primary: Pool): Promise<LogEnd> {
  await primary.rows('alter system set default_transaction_read_only = on');
  await primary.rows('select pg_reload_conf()');
  const deadline = performance.now() + LIMIT_MS;
  // A new session has what the server itself has read by now.
  while (!(await primary.session(isReadOnly))) {
    if (performance.now() > deadline) throw new Error(`${primary.name} still takes writes`);
    await sleep(LOOK_MS);
  }
  const [row] = await primary.session(async (client) => {
    await client.query(
      `select pg_terminate_backend(pid, ${LIMIT_MS}) from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    return (await client.query<LogEnd>(WRITTEN)).rows;
  });
  if (row === undefined) throw new Error(`${primary.name} does not say how far it has written`);
  return row;
}

/** Lets it take writes again: it is not replaced after all. */
export async function unfence(primary: Pool): Promise<void> {
  await primary.rows('alter system reset default_transaction_read_only');
  await primary.rows('select pg_reload_conf()');
}

type Session = Parameters<Parameters<Pool['session']>[0]>[0];

async function isReadOnly(client: Session): Promise<boolean> {
  const { rows } = await client.query<{ now: string }>(
    `select current_setting('default_transaction_read_only') as now`,
  );
  return rows[0]?.now === 'on';
}
