import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { lockStack } from '../runtime/lock-stack.ts';
import { MAX_INSTANCES } from '../runtime/native/addresses.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { STACKS } from '../stage/stages.ts';
import { look, moveBuckets, type Resharding, refuseWithoutShards, shardBoxes } from './ask-shards.ts';

export interface ReshardRequest {
  /** How many shards there shall be; undefined: as many as there are. */
  readonly to: number | undefined;
  readonly undo: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

export interface Resharded extends Resharding {
  readonly stage: number;
  readonly shards: readonly string[];
  readonly seconds: number;
}

/**
 * Starts the shards that are missing, moves buckets until all shards have as many shows, and stops those that have none
 * left, all while the shop sells. Cut short anywhere, it completes when run again, or is taken back (`undo`).
 *
 * @throws Failure when another one runs, or a shard cannot be reached.
 */
export async function reshard(
  runtime: Runtime,
  state: StackState,
  request: ReshardRequest,
): Promise<Resharded> {
  refuseWithoutShards(state);
  const began = Date.now();
  const release = await lockStack(
    join(STACKS, `reshard-${state.stage}-${state.slot}.lock`),
    state.stage,
    'resharding',
  );
  try {
    const now = (await runtime.state(state)) ?? state;
    const there = shardBoxes(now).length;
    const to = request.to ?? there;
    if (!Number.isInteger(to) || to < 1 || to > MAX_INSTANCES)
      throw new Failure(`${to} shards cannot be.`, { next: `Choose 1 to ${MAX_INSTANCES}.` });
    request.signal.throwIfAborted();
    if (request.undo) {
      request.onStep('taking back what is unfinished');
      return await ended(runtime, state, await moveBuckets(runtime, state, ['undo']), began);
    }
    refuseToDropUnseen(now, to);
    if (to > there) {
      request.onStep(`starting ${to - there} more shards`);
      await runtime.scale(state, 'shard', to);
    }
    request.signal.throwIfAborted();
    request.onStep('moving buckets, one after the other, while the shop sells');
    const done = await moveBuckets(runtime, state, ['reshard', String(to), String(there)]);
    if (to < there) {
      request.onStep(`stopping ${there - to} empty shards`);
      await runtime.scale(state, 'shard', to);
    }
    return await ended(runtime, state, done, began);
  } finally {
    await release();
  }
}

/** A shard that is to go and does not answer may hold what nobody else has. */
function refuseToDropUnseen(state: StackState, to: number): void {
  const going = state.boxes.filter(({ service }) => service === 'shard').slice(to);
  const silent = going.filter((box) => box.state !== 'ready').map(({ name }) => name);
  if (silent.length === 0) return;
  throw new Failure(
    `${silent.join(' and ')} cannot be asked what ${silent.length > 1 ? 'they hold' : 'it holds'}. Nothing was moved or stopped.`,
    {
      where: silent.join(', '),
      next: `Bring it back first: \`pnpm stage ${state.stage} heal ${silent[0]}\`.`,
    },
  );
}

/** Moves the bucket of one show. `show`, `shard`: undefined for the best-selling one, and the one that sold least. */
export async function rebalance(
  runtime: Runtime,
  state: StackState,
  what: { readonly show: number | undefined; readonly shard: number | undefined },
): Promise<Resharded> {
  refuseWithoutShards(state);
  const began = Date.now();
  const { shards } = await look(runtime, state);
  if (what.shard !== undefined && !shards.some(({ number }) => number === what.shard))
    throw new Failure(`There is no shard ${what.shard}.`, {
      next: `Shards: ${shards.map(({ number }) => number).join(', ')}. More of them: \`pnpm stage ${state.stage} reshard --to ${shards.length + 1}\`.`,
    });
  const words = [String(what.show ?? '-'), ...(what.shard === undefined ? [] : [String(what.shard)])];
  return await ended(runtime, state, await moveBuckets(runtime, state, ['rebalance', ...words]), began);
}

async function ended(
  runtime: Runtime,
  state: StackState,
  done: Resharding,
  began: number,
): Promise<Resharded> {
  const after = (await runtime.state(state)) ?? state;
  return {
    stage: state.stage,
    ...done,
    shards: shardBoxes(after),
    seconds: (Date.now() - began) / 1000,
  };
}
