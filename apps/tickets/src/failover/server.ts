import type { Environment } from '../environment.ts';
import { lsnNumber } from '../stores/lsn.ts';
import { type DatabaseStatus, type Pool, pool } from '../stores/pool.ts';

/** One database server of several, as a failover sees it. */
export interface Server {
  readonly name: string;
  readonly pool: Pool;
  /** null: it does not answer. */
  readonly status: DatabaseStatus | null;
  /** All that it has of the log, replayed or not: what a promotion keeps. */
  readonly received: bigint;
  /** A standby that was asked to lead and is still on its way. */
  readonly promoting: boolean;
}

/**
 * A standby whose primary has died tells of the timeline in its control file, which may be that of its last restart
 * point. The names of the files that it received tell the latest one.
 */
const RECEIVED = `
select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text as received,
  (select max(('x' || left(name, 8))::bit(32)::int) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$') as timeline`;

/**
 * Whether a promotion was asked for and has not ended. Its file goes when the server has noticed it; from then on whatever
 * concerns the replay is refused. A replay that is paused is left paused.
 */
const PROMOTE_FILE = `select (pg_stat_file('promote', true)).modification is not null as there`;
const TOUCH_REPLAY = `
select case when pg_get_wal_replay_pause_state() = 'not paused' then pg_wal_replay_resume() end`;
const REFUSED_WHILE_PROMOTED = '55000';

/** All servers of the shop, asked at the same time; one that is down or hangs costs 2 s. */
export async function servers(env: Environment): Promise<Server[]> {
  return await Promise.all([env.databaseUrl, ...env.replicaUrls].map((url) => look(pool(url, env))));
}

/** Asks a server (again). */
export async function look(asked: Pool): Promise<Server> {
  const { name } = asked;
  const status = await asked.status().catch(() => null);
  if (status === null || !status.recovering)
    return { name, pool: asked, status, received: lsnNumber(status?.position ?? ''), promoting: false };
  const rows = await asked
    .rows<{ received: string | null; timeline: number | null }>(RECEIVED)
    .catch(() => []);
  const [row] = rows;
  const promoting = await isPromoting(asked).catch(() => null);
  if (row === undefined || promoting === null)
    return { name, pool: asked, status: null, received: 0n, promoting: false };
  const timeline = Math.max(status.timeline, row.timeline ?? 0);
  const received = lsnNumber(row.received ?? status.position);
  return { name, pool: asked, status: { ...status, timeline }, received, promoting };
}

async function isPromoting(standby: Pool): Promise<boolean> {
  const [file] = await standby.rows<{ there: boolean }>(PROMOTE_FILE);
  if (file?.there === true) return true;
  try {
    await standby.rows(TOUCH_REPLAY);
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === REFUSED_WHILE_PROMOTED) return true;
    throw error;
  }
}

/** The server of this name, if it is a primary. */
export function leaderAmong(all: readonly Server[], name: string): Server | undefined {
  return all.find((one) => one.name === name && one.status?.recovering === false);
}

/** The primary: no standby, and on the highest timeline of all that answer. */
export function primaryAmong(all: readonly Server[]): Server | undefined {
  const highest = Math.max(0, ...all.map((one) => one.status?.timeline ?? 0));
  return all.find((one) => one.status?.recovering === false && one.status.timeline === highest);
}

/** The standby that has most of the log of the latest timeline; undefined: there is none. */
export function candidateAmong(all: readonly Server[]): Server | undefined {
  const standbys = all.filter((one) => one.status?.recovering === true);
  const highest = Math.max(0, ...standbys.map((one) => one.status?.timeline ?? 0));
  return standbys
    .filter((one) => one.status?.timeline === highest)
    .sort((a, b) => (a.received === b.received ? 0 : b.received > a.received ? 1 : -1))[0];
}
