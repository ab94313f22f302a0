import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, environment } from '../environment.ts';
import { commitSettings, suspendConfirmations } from '../failover/commit-settings.ts';
import { fence, unfence } from '../failover/fence.ts';
import { cut, isFollowedBy } from '../failover/follow.ts';
import { type PromotionRequest, promote } from '../failover/promote.ts';
import { leaderAmong, type Server, servers } from '../failover/server.ts';
import { cutStrays } from '../failover/strays.ts';
import { flushLog, log } from '../log.ts';
import { lsnText } from '../stores/lsn.ts';
import { type Pool, pools } from '../stores/pool.ts';

/** A standby that has just started streams within a moment. */
const FOLLOW_LIMIT_MS = 10_000;
const LOOK_MS = 50;
const USAGE =
  'databases.mjs look | cut | promote REQUEST | (fence | unfence | guard | outrun | strays) PRIMARY';

/**
 * What the stack asks of its databases when the primary dies, over SQL: who is what (`look`), stop the standbys from
 * receiving (`cut`), let the primary take no more writes (`fence`), replace a primary that is gone (`promote`), let commits
 * wait for a standby again (`guard`), which standbys lack log that the primary no longer keeps (`outrun`), which databases do
 * not follow the primary (`strays`). Who leads is for the caller to say: it remembers each failover.
 */
async function main(env: Environment, [verb, about]: readonly (string | undefined)[]): Promise<unknown> {
  if (verb === 'look') return { databases: await Promise.all((await servers(env)).map(shown)) };
  if (verb === 'cut') return { cut: await cutAll(env) };
  if (about === undefined) throw new Error(USAGE);
  if (verb === 'promote') return await promote(env, JSON.parse(about) as PromotionRequest);
  if (verb === 'fence') return await fence(await leader(env, about));
  if (verb === 'unfence') return { done: await unfence(await leader(env, about)).then(() => true) };
  if (verb === 'strays') return { strays: await cutStrays(env, about) };
  if (verb === 'outrun') return { outrun: await outrun(env, about) };
  if (verb === 'guard') return { resumed: await guard(env, about) };
  throw new Error(USAGE);
}

async function shown({ name, pool, status, received, promoting }: Server) {
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
    promoting,
  };
}

async function leader(env: Environment, name: string): Promise<Pool> {
  const found = leaderAmong(await servers(env), name);
  if (found === undefined) throw new Error(`${name} does not lead`);
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
async function guard(env: Environment, name: string): Promise<boolean> {
  const primary = leaderAmong(await servers(env), name)?.pool;
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
async function outrun(env: Environment, name: string): Promise<string[]> {
  const all = await servers(env);
  const rows = await leaderAmong(all, name)?.pool.rows<{ slot: string }>(
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
