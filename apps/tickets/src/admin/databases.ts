import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, environment } from '../environment.ts';
import { cut, isFollowedBy } from '../failover/follow.ts';
import { promote } from '../failover/promote.ts';
import { primaryAmong, type Server, servers } from '../failover/server.ts';
import { flushLog, log } from '../log.ts';
import { lsnText } from '../stores/lsn.ts';
import { type Pool, pools } from '../stores/pool.ts';

/** A standby that has just started streams within a moment. */
const FOLLOW_LIMIT_MS = 10_000;
const LOOK_MS = 50;
const USAGE = 'databases.mjs look | cut | promote DEPOSED | guard';

/**
 * What the stack asks of its databases when the primary dies, over SQL: who is what (`look`), stop the standbys from
 * receiving (`cut`), replace a primary that is gone (`promote`), let commits wait for a standby again (`guard`).
 */
async function main(env: Environment, verb: string | undefined, name: string | undefined): Promise<unknown> {
  if (verb === 'look') return { databases: await Promise.all((await servers(env)).map(shown)) };
  if (verb === 'cut') return { cut: await cutAll(env) };
  if (verb === 'promote' && name !== undefined) return await promote(env, name);
  if (verb === 'guard') return { resumed: await guard(env) };
  throw new Error(USAGE);
}

async function shown({ name, pool, status, received }: Server) {
  const settings = status === null ? undefined : await settingsOf(pool);
  // Unknown settings must not look like those of a database whose commits wait for no standby.
  const answers = status !== null && settings !== undefined;
  return {
    name,
    synchronousStandbys: settings?.standbys ?? null,
    synchronousCommit: settings?.commit ?? null,
    role: !answers ? 'silent' : status.recovering ? 'standby' : 'primary',
    timeline: answers ? status.timeline : null,
    position: answers ? lsnText(received) : null,
  };
}

/** Whether commits wait for a standby, and for which; undefined: the database went away in between. */
async function settingsOf(pool: Pool): Promise<{ standbys: string; commit: string } | undefined> {
  const rows = await pool
    .rows<{ standbys: string; commit: string }>(
      `select current_setting('synchronous_standby_names') as standbys, current_setting('synchronous_commit') as commit`,
    )
    .catch(() => []);
  return rows[0];
}

async function cutAll(env: Environment): Promise<string[]> {
  const standbys = (await servers(env)).filter((one) => one.status?.recovering === true);
  await Promise.all(standbys.map((one) => cut(one.pool)));
  return standbys.map((one) => one.name);
}

/** A failover that left no standby had suspended synchronous commit: once one streams again, it is in force again. */
async function guard(env: Environment): Promise<boolean> {
  const primary = primaryAmong(await servers(env))?.pool;
  if (primary === undefined || !(await isFollowed(primary))) return false;
  const [setting] = await primary.rows<{ now: string }>(
    `select current_setting('synchronous_commit') as now`,
  );
  if (setting?.now !== 'local') return false;
  await primary.rows('alter system reset synchronous_commit');
  await primary.rows('select pg_reload_conf()');
  return true;
}

async function isFollowed(primary: Pool): Promise<boolean> {
  const deadline = performance.now() + FOLLOW_LIMIT_MS;
  while ((await isFollowedBy(primary)).length === 0) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

try {
  const env = await environment();
  // Standard output is for the result alone.
  log.level = 'silent';
  const answer = await main(env, process.argv[2], process.argv[3]);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A server that hangs keeps its connections: they may hold nobody up.
await Promise.allSettled([...pools].map((pool) => pool.close()));
flushLog();
process.exit();
