import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Pool } from '../stores/pool.ts';
import type { Server } from './server.ts';

const LOOK_MS = 20;

/**
 * Lets standbys follow another primary, without a restart; when the first of them streams from it (milliseconds since
 * 1970), or null when there are none or none did in time.
 */
export async function follow(
  primary: Pool,
  standbys: readonly Server[],
  limitMs: number,
): Promise<number | null> {
  await Promise.all(standbys.map(({ pool }) => repoint(primary, pool)));
  const deadline = performance.now() + limitMs;
  while (standbys.length > 0 && performance.now() < deadline) {
    if ((await isFollowedBy(primary)).length > 0) return Date.now();
    await sleep(LOOK_MS);
  }
  return null;
}

/** The standbys that stream from a primary, by name. */
export async function isFollowedBy(primary: Pool): Promise<string[]> {
  const rows = await primary.rows<{ name: string }>(
    `select application_name as name from pg_stat_replication where state = 'streaming' order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Stops a standby from receiving: what is committed from now on, it does not have. */
export async function cut(standby: Pool): Promise<void> {
  await standby.rows(`alter system set primary_conninfo = ''`);
  await standby.rows('select pg_reload_conf()');
}

async function repoint(primary: Pool, standby: Pool): Promise<void> {
  const [setting] = await standby.rows<{ slot: string }>(
    `select current_setting('primary_slot_name') as slot`,
  );
  const slot = setting?.slot ?? '';
  if (slot !== '') {
    // The slot keeps the log from now on, until the standby has it.
    await primary.rows(
      `select pg_create_physical_replication_slot($1, true)
       where not exists (select from pg_replication_slots where slot_name = $1)`,
      [slot],
    );
  }
  const { hostname, port, username, password } = new URL(primary.url);
  const conninfo = `host=${hostname} port=${port || 5432} user=${username} password=${password} application_name=${standby.name}`;
  await standby.rows(`alter system set primary_conninfo = ${pg.escapeLiteral(conninfo)}`);
  await standby.rows('select pg_reload_conf()');
}
