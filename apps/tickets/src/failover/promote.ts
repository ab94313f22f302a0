import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { lsnText } from '../stores/lsn.ts';
import type { Pool } from '../stores/pool.ts';
import { within } from '../within.ts';
import { follow } from './follow.ts';
import { candidateAmong, look, primaryAmong, type Server, servers } from './server.ts';

const GONE_LIMIT_MS = 15_000;
const DRAIN_LIMIT_MS = 1000;
const PROMOTE_LIMIT_MS = 20_000;
const FOLLOW_LIMIT_MS = 10_000;
const LOOK_MS = 10;

/** How a promotion went. Times in milliseconds since 1970. */
export interface Promotion {
  readonly primary: string;
  readonly timeline: number;
  /** Up to where the new primary had the log of the old one. */
  readonly position: string;
  readonly promotedAt: number;
  /** false: it led already, from a failover that was interrupted. */
  readonly promoted: boolean;
  readonly followers: readonly string[];
  /** The first standby streams from the new primary; null: none is left. */
  readonly redundantAt: number | null;
  /**
   * Whether a commit waits for a standby: `on`; `off`, as the stack was started; `suspended`, because no standby is
   * left that could confirm one.
   */
  readonly sync: 'on' | 'off' | 'suspended';
  /** Servers that could not be asked how much of the log they have. */
  readonly silent: readonly string[];
}

/**
 * Makes the best standby the primary and lets the others follow it. Waits until `deposed` is gone: whoever calls has
 * fenced it and cuts its power meanwhile. Asked again after it was cut short, it finishes what is left to do.
 *
 * @throws Error when `deposed` stays, or no standby is there.
 */
export async function promote(env: Environment, deposed: string): Promise<Promotion> {
  const known = await servers(env);
  const old = known.find((one) => one.name === deposed);
  if (old === undefined) throw new Error(`there is no database ${deposed}`);
  await untilGone(old);
  const others = known.filter((one) => one !== old);
  const all = await Promise.all(others.map((one) => drained(one.pool)));
  const silent = all.filter((one) => one.status === null).map((one) => one.name);
  const led = primaryAmong(all);
  const chosen = led ?? candidateAmong(all);
  if (chosen === undefined) throw new Error('no standby answers: there is nothing to promote');
  const rest = all.filter((one) => one !== chosen && one.status !== null);
  const sync = await syncOf(chosen.pool, rest);
  if (led === undefined) await chosen.pool.rows('select pg_promote(false)');
  const { timeline, position } = await promoted(chosen.pool);
  const promotedAt = Date.now();
  const followed = await follow(chosen.pool, rest, { timeline, limitMs: FOLLOW_LIMIT_MS });
  return {
    primary: chosen.name,
    timeline,
    position: led === undefined ? lsnText(chosen.received) : position,
    promotedAt,
    promoted: led === undefined,
    followers: followed.followers,
    redundantAt: followed.at,
    sync,
    silent,
  };
}

async function untilGone(old: Server): Promise<void> {
  const deadline = performance.now() + GONE_LIMIT_MS;
  for (let status = old.status; status !== null; ) {
    if (performance.now() > deadline) throw new Error(`${old.name} still answers: nothing was promoted`);
    await sleep(LOOK_MS);
    status = await old.pool.status().catch(() => null);
  }
}

/** A standby once it has kept all that the old primary had sent it: its receiver ends when the connection does. */
async function drained(standby: Pool): Promise<Server> {
  const receives = async () =>
    (
      await standby.rows<{ on: boolean }>(
        `select exists (select from pg_stat_get_wal_receiver() where pid is not null) as on`,
      )
    )[0]?.on === true;
  const deadline = performance.now() + DRAIN_LIMIT_MS;
  while (performance.now() < deadline && (await receives().catch(() => false))) await sleep(LOOK_MS);
  return await look(standby);
}

/** Without a standby every commit would wait for one: then the setting is suspended, before there are writes. */
async function syncOf(chosen: Pool, rest: readonly Server[]): Promise<Promotion['sync']> {
  const [setting] = await chosen.rows<{ names: string }>(
    `select current_setting('synchronous_standby_names') as names`,
  );
  if ((setting?.names ?? '') === '') return 'off';
  if (rest.length > 0) return 'on';
  await chosen.rows(`alter system set synchronous_commit = 'local'`);
  await chosen.rows('select pg_reload_conf()');
  return 'suspended';
}

async function promoted(chosen: Pool): Promise<{ timeline: number; position: string }> {
  const deadline = performance.now() + PROMOTE_LIMIT_MS;
  for (;;) {
    const status = await within(PROMOTE_LIMIT_MS, chosen.status(), `${chosen.name} does not answer`);
    if (!status.recovering) return status;
    if (performance.now() > deadline) throw new Error(`${chosen.name} was not promoted in time`);
    await sleep(LOOK_MS);
  }
}
