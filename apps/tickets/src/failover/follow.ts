import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Pool } from '../stores/pool.ts';
import type { Server } from './server.ts';

const LOOK_MS = 20;

/**
 * Lets standbys follow another primary, without a restart. Waits until one of them streams the new timeline: on the old
 * one it streams for a moment, too, up to where the new one begins.
 *
 * @returns who streams, and since when (milliseconds since 1970; null: nobody, or nobody in time).
 */
export async function follow(
  primary: Pool,
  standbys: readonly Server[],
  options: { timeline: number; limitMs: number },
): Promise<{ followers: string[]; at: number | null }> {
  await Promise.all(standbys.map(({ pool }) => repoint(primary, pool)));
  const deadline = performance.now() + options.limitMs;
  while (standbys.length > 0 && performance.now() < deadline) {
    const statuses = await Promise.all(standbys.map(({ pool }) => pool.status().catch(() => null)));
    const arrived = standbys.filter((_, index) => (statuses[index]?.timeline ?? 0) >= options.timeline);
    const streaming = await isFollowedBy(primary);
    const followers = arrived.map(({ name }) => name).filter((name) => streaming.includes(name));
    if (followers.length > 0) return { followers, at: Date.now() };
    await sleep(LOOK_MS);
  }
  return { followers: [], at: null };
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
