import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, environment } from '../environment.ts';
import { commitSettings, suspendConfirmations } from '../failover/commit-settings.ts';
import { fence, unfence } from '../failover/fence.ts';
import { cut, isFollowedBy } from '../failover/follow.ts';
import { promote } from '../failover/promote.ts';
import { primaryAmong, type Server, servers } from '../failover/server.ts';
import { cutStrays } from '../failover/strays.ts';
import { flushLog, log } from '../log.ts';
import { lsnText } from '../stores/lsn.ts';
import { type Pool, pools } from '../stores/pool.ts';

/** A standby that has just started streams within a moment. */
const FOLLOW_LIMIT_MS = 10_000;
const LOOK_MS = 50;
const USAGE =
  'databases.mjs look | cut | fence | unfence | promote DEPOSED PROOF CANDIDATES | guard | outrun | strays';

/**
 * What the stack asks of its databases when the primary dies, over SQL: who is what (`look`), stop the standbys from
 * receiving (`cut`), let the primary take no more writes (`fence`), replace a primary that is gone (`promote`), let commits wait for a standby again (`guard`), which
 * standbys lack log that the primary no longer keeps (`outrun`), which of them do not follow the primary (`strays`).
 */
async function main(
  env: Environment,
  [verb, name, proof, candidates]: readonly (string | undefined)[],
): Promise<unknown> {
  if (verb === 'look') return { databases: await Promise.all((await servers(env)).map(shown)) };
  if (verb === 'cut') return { cut: await cutAll(env) };
  if (verb === 'fence') return { position: await fence(await leader(env)) };
  if (verb === 'unfence') return { done: await unfence(await leader(env)).then(() => true) };
  if (verb === 'promote' && name !== undefined && proof !== undefined && candidates !== undefined)
    return await promote(env, { deposed: name, proof, candidates: candidates.split(',') });
  if (verb === 'strays') return { strays: await cutStrays(env) };
  if (verb === 'outrun') return { outrun: await outrun(env) };
  if (verb === 'guard') return { resumed: await guard(env) };
  throw new Error(USAGE);
}

async function shown({ name, pool, status, received }: Server) {
  const settings = status === null ? undefined : await commitSettings(pool).catch(() => undefined);
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

async function leader(env: Environment): Promise<Pool> {
  const found = primaryAmong(await servers(env));
  if (found === undefined) throw new Error('no database leads');
  return found.pool;
}

async function cutAll(env: Environment): Promise<string[]> {
  const standbys = (await servers(env)).filter((one) => one.status?.recovering === true);
  await Promise.all(standbys.map((one) => cut(one.pool)));
  return standbys.map((one) => one.name);
}

/**
 * A failover that left no standby had suspended confirmations: once one streams again, they are in force again. Whether a
 * standby has by now all that was acknowledged meanwhile.
 */
async function guard(env: Environment): Promise<boolean> {
  const primary = primaryAmong(await servers(env))?.pool;
  if (primary === undefined || !(await becomesTrue(async () => (await isFollowedBy(primary)).length > 0)))
    return false;
  if ((await commitSettings(primary)).commit === 'local') await suspendConfirmations(primary, false);
  const [here] = await primary.rows<{ position: string }>(
    'select pg_current_wal_flush_lsn()::text as position',
  );
  return await becomesTrue(async () => {
    const rows = await primary.rows(
      `select from pg_stat_replication where state = 'streaming' and flush_lsn >= $1::pg_lsn`,
      [here?.position],
    );
    return rows.length > 0;
  });
}

/** A standby's slot is named after it, with an underscore for each hyphen. */
async function outrun(env: Environment): Promise<string[]> {
  const all = await servers(env);
  const rows = await primaryAmong(all)?.pool.rows<{ slot: string }>(
    `select slot_name as slot from pg_replication_slots where wal_status = 'lost'`,
  );
  const lost = new Set(rows?.map(({ slot }) => slot));
  return all.map(({ name }) => name).filter((name) => lost.has(name.replaceAll('-', '_')));
}

async function becomesTrue(look: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + FOLLOW_LIMIT_MS;
  while (!(await look())) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

try {
  const env = await environment();
  // Standard output is for the result alone.
  log.level = 'silent';
  const answer = await main(env, process.argv.slice(2));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A server that hangs keeps its connections: they may hold nobody up.
await Promise.allSettled([...pools].map((pool) => pool.close()));
flushLog();
process.exit();
