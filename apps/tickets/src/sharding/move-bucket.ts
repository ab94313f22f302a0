import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Pool } from '../stores/pool.ts';
import { changes, clear, copied, copy, copyAll, showsOf, tally, type Way } from './bucket-rows.ts';
import { began, ended, handedOver, type Move, nextVersion } from './journal.ts';
import { BUCKET_LOCK } from './shard-tables.ts';

/** Writers wait behind the freeze for its lock, and then for the freeze: together less than a second. */
const LOCK_LIMIT_MS = 250;
const FREEZE_MS = 600;
/** A freeze that did not do is thawed, and tried again a little later. */
const FREEZES = 10;
const BETWEEN_FREEZES_MS = 300;
/** So few changes are copied within a freeze. */
const FEW = 10;
const CATCH_UP_ROUNDS = 200;

/** A step that has been done; whoever is killed after it, or before the next, can be resumed. */
export type Step =
  | 'begun'
  | 'incoming'
  | 'noting changes'
  | 'copied'
  | 'caught up'
  | 'frozen'
  | 'released by the source'
  | 'taken by the target'
  | 'mapped'
  | 'cleared';

export interface MoveContext {
  readonly catalogue: Pool;
  /** A connection to each shard that lasts for all moves. */
  shard(number: number): Promise<Client>;
  readonly onStep: (move: Move, step: Step) => void | Promise<void>;
}

/** What a shard says of a bucket; `absent`: it never had it, or has it no more. */
async function stateOf(shard: Client, bucket: number): Promise<string> {
  const { rows } = await shard.query<{ state: string }>('select state from buckets where bucket = $1', [
    bucket,
  ]);
  return rows[0]?.state ?? 'absent';
}

/**
 * Moves one bucket from shard to shard while it is being sold. Begun or resumed: what the two shards say of the bucket
 * tells how far it came. Writes to the bucket stop while it is frozen, for a moment; a freeze that is left behind thaws
 * by itself. The source's `moved` is the point of no return, and there is never a second shard that takes writes.
 *
 * @throws Error when a shard cannot be reached, or the bucket does not come to rest; run again, it goes on.
 */
export async function moveBucket(context: MoveContext, move: Move): Promise<void> {
  const { catalogue, onStep } = context;
  const { bucket } = move;
  const source = await context.shard(move.source);
  const target = await context.shard(move.target);
  let brought: Brought | undefined;
  if (HERE.includes(await stateOf(source, bucket))) {
    await began(catalogue, move);
    await onStep(move, 'begun');
    brought = await bring(context, move, { source, target });
  }
  if ((await stateOf(source, bucket)) === 'moved') {
    await target.query(
      `update buckets set state = 'owned', version = $2 where bucket = $1 and state = 'incoming'`,
      [bucket, await versionOn(source, bucket)],
    );
    await onStep(move, 'taken by the target');
  }
  const now = await stateOf(target, bucket);
  if (now !== 'owned') throw new Error(`bucket ${bucket} is ${now} on shard ${move.target}, not owned`);
  await handedOver(catalogue, move, await versionOn(target, bucket));
  const frozenMs = brought === undefined ? undefined : Math.round(performance.now() - brought.freezeBegan);
  await onStep(move, 'mapped');
  await inTransaction(source, async () => {
    await clear(source, bucket);
    await source.query('delete from buckets where bucket = $1', [bucket]);
  });
  await onStep(move, 'cleared');
  await ended(catalogue, move, 'done', {
    ...(frozenMs === undefined ? {} : { frozenMs }),
    ...(brought === undefined ? {} : { rows: brought.rows }),
  });
}

/**
 * Takes a move back that has not passed the point of no return; false: it has, and must be completed.
 */
export async function undoMove(context: MoveContext, move: Move): Promise<boolean> {
  const source = await context.shard(move.source);
  if (!HERE.includes(await stateOf(source, move.bucket))) return false;
  const target = await context.shard(move.target);
  await forget(target, move.bucket);
  await exclusively(source, move.bucket, async () => {
    await source.query(`update buckets set state = 'owned', frozen_until = null where bucket = $1`, [
      move.bucket,
    ]);
    await source.query('delete from bucket_changes where bucket = $1', [move.bucket]);
  });
  await ended(context.catalogue, move, 'undone');
  return true;
}

/** The shard has the bucket, and takes its writes but for a moment. */
export const HERE: readonly string[] = ['owned', 'moving', 'frozen'];

interface Brought {
  readonly rows: number;
  /** When the last freeze began, by performance.now(). */
  readonly freezeBegan: number;
}

interface Ends {
  readonly source: Client;
  readonly target: Client;
}

/** Up to the point of no return. Whatever a try before left at the target is thrown away. */
async function bring(context: MoveContext, move: Move, { source, target }: Ends): Promise<Brought> {
  const { bucket } = move;
  const { onStep } = context;
  await forget(target, bucket);
  await target.query(`insert into buckets (bucket, state, version) values ($1, 'incoming', 0)`, [bucket]);
  await onStep(move, 'incoming');
  await exclusively(source, bucket, async () => {
    await source.query('delete from bucket_changes where bucket = $1', [bucket]);
    await source.query(`update buckets set state = 'moving', frozen_until = null where bucket = $1`, [
      bucket,
    ]);
  });
  await onStep(move, 'noting changes');
  const way: Way = { bucket, source, target, shows: await showsOf(source, bucket) };
  const rows = await copyAll(way);
  await onStep(move, 'copied');
  for (let freeze = 1; freeze <= FREEZES; freeze += 1) {
    await catchUp(way, FEW);
    await onStep(move, 'caught up');
    const freezeBegan = performance.now();
    if (await handOver(context, move, way)) return { rows, freezeBegan };
    await sleep(BETWEEN_FREEZES_MS);
  }
  throw new Error(`bucket ${bucket} was frozen ${FREEZES} times, and each time too short to hand it over`);
}

/** Copies changes until few are left. */
async function catchUp(way: Way, few: number): Promise<void> {
  for (let round = 0; round < CATCH_UP_ROUNDS; round += 1) {
    const found = await changes(way);
    if (found.numbers.length === 0) return;
    await copy(way, found);
    await copied(way, found.numbers);
    if (found.numbers.length <= few) return;
  }
  throw new Error(`bucket ${way.bucket} changes faster than it is copied`);
}

/** Freezes the bucket, copies the rest, compares and lets the source release it; false: the freeze was too short. */
async function handOver(context: MoveContext, move: Move, way: Way): Promise<boolean> {
  const { source, target, bucket } = way;
  if (!(await freeze(source, bucket))) return false;
  await context.onStep(move, 'frozen');
  await catchUp(way, 0);
  const [here, there] = await Promise.all([tally(source, way), tally(target, way)]);
  const version = await nextVersion(context.catalogue);
  const released = here === there && (await release(source, bucket, version));
  if (!released && (await isFrozen(source, bucket)) && here !== there) {
    throw new Error(`bucket ${bucket}: shard ${move.source} has ${here}, the copy ${there}`);
  }
  if (!released) return false;
  await context.onStep(move, 'released by the source');
  return true;
}

async function freeze(source: Client, bucket: number): Promise<boolean> {
  try {
    await exclusively(source, bucket, () =>
      source.query(
        `update buckets set state = 'frozen', frozen_until = clock_timestamp() + interval '${FREEZE_MS} ms'
         where bucket = $1 and state in ('moving', 'frozen')`,
        [bucket],
      ),
    );
    return true;
  } catch (error) {
    // A writer was not through within the limit: the others waited for us, so let them.
    if ((error as { code?: string }).code === '55P03') return false;
    throw error;
  }
}

async function isFrozen(source: Client, bucket: number): Promise<boolean> {
  const { rows } = await source.query(
    `select from buckets where bucket = $1 and state = 'frozen' and frozen_until > clock_timestamp()`,
    [bucket],
  );
  return rows.length === 1;
}

/** The point of no return; false: the freeze was over, and somebody may have written. */
async function release(source: Client, bucket: number, version: string): Promise<boolean> {
  return await exclusively(source, bucket, async () => {
    const { rowCount } = await source.query(
      `update buckets set state = 'moved', frozen_until = null, version = $2
       where bucket = $1 and state = 'frozen' and frozen_until > clock_timestamp()`,
      [bucket, version],
    );
    return rowCount === 1;
  });
}

async function versionOn(shard: Client, bucket: number): Promise<string> {
  const { rows } = await shard.query<{ version: string }>('select version from buckets where bucket = $1', [
    bucket,
  ]);
  return rows[0]?.version ?? '0';
}

/** Removes a copy that was begun. */
async function forget(target: Client, bucket: number): Promise<void> {
  await inTransaction(target, async () => {
    const state = await stateOf(target, bucket);
    if (HERE.includes(state)) throw new Error(`bucket ${bucket} is ${state} where it should go`);
    await clear(target, bucket);
    await target.query('delete from buckets where bucket = $1', [bucket]);
  });
}

/** Within a transaction that no writer of the bucket is in the midst of. @throws 55P03 when one is for too long. */
async function exclusively<Value>(
  shard: Client,
  bucket: number,
  change: () => Promise<Value>,
): Promise<Value> {
  return await inTransaction(shard, async () => {
    await shard.query(`set local lock_timeout = ${LOCK_LIMIT_MS}`);
    await shard.query('select pg_advisory_xact_lock($1, $2)', [BUCKET_LOCK, bucket]);
    return await change();
  });
}

async function inTransaction<Value>(shard: Client, change: () => Promise<Value>): Promise<Value> {
  await shard.query('begin');
  try {
    const value = await change();
    await shard.query('commit');
    return value;
  } catch (error) {
    // A connection that broke has rolled back already.
    await shard.query('rollback').catch(() => undefined);
    throw error;
  }
}
