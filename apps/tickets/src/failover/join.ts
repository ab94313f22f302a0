import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { lsnNumber } from '../stores/lsn.ts';
import type { Pool } from '../stores/pool.ts';
import { cut, isFollowedBy, repoint } from './follow.ts';
import { primaryAmong, type Server, servers } from './server.ts';

/** A standby that has just started, or lost its connection, streams within this. */
const STREAM_LIMIT_MS = 4000;
const LOOK_MS = 100;

const HISTORY = `
select coalesce(pg_read_file('pg_wal/' || lpad(upper(to_hex($1::int)), 8, '0') || '.history', true), '') as text,
  array(
    select ('x' || left(name, 8))::bit(32)::int from pg_ls_waldir() where name ~ '^[0-9A-F]{8}[.]history$'
  ) as known`;

/** What was done with standbys that received nothing from the primary. */
export interface Joined {
  /** They have been told where the primary is, and follow it. */
  readonly repointed: readonly string[];
  /**
   * They have log that the primary never had, or are on a timeline from which it cannot lead them on: they can only be
   * copied again. They receive nothing until then.
   */
  readonly diverged: readonly string[];
}

/**
 * Lets every standby that answers follow the primary. One that hung or was cut off during a failover still points to the
 * former primary, or to a slot that is gone.
 */
export async function joinStrays(env: Environment): Promise<Joined> {
  const all = await servers(env);
  const primary = primaryAmong(all);
  if (primary === undefined) return { repointed: [], diverged: [] };
  const strays = await notFollowing(
    primary.pool,
    all.filter((one) => one.status?.recovering === true),
  );
  if (strays.length === 0) return { repointed: [], diverged: [] };
  const timeline = primary.status?.timeline ?? 0;
  const [history] = await primary.pool.rows<Omit<History, 'timeline'>>(HISTORY, [timeline]);
  const isDiverged = (one: Server): boolean =>
    hasDiverged(one, { timeline, text: history?.text ?? '', known: history?.known ?? [] });
  const diverged = strays.filter(isDiverged);
  const others = strays.filter((one) => !isDiverged(one));
  await Promise.all([
    ...diverged.map(({ pool }) => cut(pool)),
    ...others.map(({ pool }) => repoint(primary.pool, pool)),
  ]);
  return { repointed: others.map(({ name }) => name), diverged: diverged.map(({ name }) => name) };
}

async function notFollowing(primary: Pool, standbys: readonly Server[]): Promise<readonly Server[]> {
  const deadline = performance.now() + STREAM_LIMIT_MS;
  for (;;) {
    const streaming = await isFollowedBy(primary);
    const strays = standbys.filter(({ name }) => !streaming.includes(name));
    if (strays.length === 0 || performance.now() > deadline) return strays;
    await sleep(LOOK_MS);
  }
}

interface History {
  /** The primary's timeline, and the file that says where it left the ones before. */
  readonly timeline: number;
  readonly text: string;
  /** The timelines of which the primary has such a file: a standby fetches each that it lacks. */
  readonly known: readonly number[];
}

/** Whether a standby has log of its timeline from after the primary had left it, or cannot learn which ones followed. */
function hasDiverged(
  { received, status }: Pick<Server, 'received' | 'status'>,
  { timeline, text, known }: History,
): boolean {
  const own = status?.timeline ?? 0;
  if (own >= timeline) return own > timeline;
  for (let next = own + 1; next <= timeline; next += 1) if (!known.includes(next)) return true;
  // Lines of `timeline, the position at which it was left, why`.
  const left = text
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([number]) => Number(number) === own)?.[1];
  return left === undefined || received > lsnNumber(left);
}
