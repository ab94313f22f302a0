import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import { auditShards } from '../sharding/audit-shards.ts';
import { bucketOf } from '../sharding/bucket.ts';
import { unfinished } from '../sharding/journal.ts';
import { type OpenGround, openGround } from '../sharding/open-ground.ts';
import { rebalance, reshard, undo } from '../sharding/reshard.ts';
import { readMap } from '../sharding/shard-map.ts';
import { hottest, leastSold } from '../sharding/sold-by-shard.ts';

const TRIES = 5;
const TRY_AGAIN_MS = 1000;
const USAGE = 'shards.mjs look | foreign | audit | reshard N [THERE] | rebalance [SHOW] [SHARD] | undo';

/**
 * What the stack asks of its shards: where the buckets are (`look`), which shards came back without their data (`foreign`), whether every row is where the map says (`audit`),
 * spread the shows over so many shards (`reshard`), move one show's bucket, the best-selling one's if none is named
 * (`rebalance`), take back what was left unfinished (`undo`). Killed half-way, the next call goes on.
 */
async function main(env: Environment, words: readonly string[]): Promise<unknown> {
  const [verb, first, second] = words;
  const ground = openGround(env);
  if (verb === 'look') return await patiently(() => look(ground));
  if (verb === 'foreign') return { foreign: await patiently(() => ground.foreign()) };
  if (verb === 'audit') return await patiently(() => audit(ground));
  if (verb === 'undo') return await undo(ground);
  if (verb === 'reshard' && first !== undefined)
    return await reshard(
      ground,
      whole(first, 'a number of shards'),
      whole(second ?? first, 'a number of shards'),
    );
  if (verb === 'rebalance') {
    const show = first === undefined || first === '-' ? await hottest(ground) : whole(first, 'a show');
    const shard = second === undefined ? await leastSold(ground) : whole(second, 'a shard');
    return { show, ...(await patiently(() => rebalance(ground, bucketOf(show), shard))) };
  }
  throw new Error(USAGE);
}

/** A connection that breaks, or is late on a busy box, is no reason to give up: each call goes on where the last stopped. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !isConnection(error)) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

function isConnection(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(ECONN|EPIPE|ETIMEDOUT|57P)/.test(code) || /timeout|terminated|does not answer/i.test(message);
}

async function look(ground: OpenGround) {
  const { version, shardOf } = await readMap(ground.catalogue);
  const { mapped } = await ground.numbers();
  return {
    version,
    shards: mapped.map((number) => ({ number, buckets: shardOf.filter((shard) => shard === number).length })),
    unfinished: await unfinished(ground.catalogue),
  };
}

/** Shards that have no bucket any more may be gone; those of the map may not. */
async function audit(ground: OpenGround) {
  const { mapped, former } = await ground.numbers();
  const still = await Promise.all(
    former.map(async (number) => ((await ground.shardIfThere(number)) === null ? [] : [number])),
  );
  return await auditShards(ground.catalogue, [...mapped, ...still.flat()], ground.shard);
}

function whole(text: string, what: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 2_147_483_647) return number;
  throw new Error(`"${text}" is not ${what}`);
}

try {
  const env = await environment();
  // Standard output is for the result alone.
  log.level = 'silent';
  process.stdout.write(`${JSON.stringify(await main(env, process.argv.slice(2)))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
flushLog();
// Connections that are open would keep the process, and what it wanted is done.
process.exit();
