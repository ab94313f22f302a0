import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { Side } from './run.ts';
import { findScenario } from './scenarios.ts';
import { takeDown, withQuotas } from './stacks-aside.ts';

/** Slot of the stacks that a comparison boots: a learner's own (slot 0) is left alone. */
const SLOT = 1;

/** The stage before and this one, both running. */
export interface Pair {
  readonly previous: StackState;
  readonly this: StackState;
}

/** Both stacks as the sides of a run, with virtual users per side if given. */
export function sidesOf(pair: Pair, vus?: { readonly previous: number; readonly this: number }): Side[] {
  return (['previous', 'this'] as const).map((side) => ({
    side,
    state: pair[side],
    ...(vus === undefined ? {} : { vus: vus[side] }),
  }));
}

/**
 * Boots both stacks, without quotas; one after the other, for at the very first time each would build the shop and its
 * database for itself. Leaves nothing when one of them cannot; ends what a killed run left.
 */
export async function bootPair(
  runtime: Runtime,
  { stage, scenario, signal }: { stage: number; scenario: string; signal: AbortSignal },
): Promise<Pair> {
  await downPair(runtime, stage);
  const { shows } = findScenario(scenario);
  const environment = shows === undefined ? {} : { environment: { SHOWS: String(shows) } };
  const up = (which: number) => runtime.up(which, { slot: SLOT, unlimited: true, signal, ...environment });
  try {
    return { previous: await up(stage - 1), this: await up(stage) };
  } catch (error) {
    await downPair(runtime, stage);
    throw error;
  }
}

/** Takes both down, and the records of their runs with them. */
export async function downPair(runtime: Runtime, stage: number): Promise<void> {
  await takeDown(
    runtime,
    [stage - 1, stage].map((which) => ({ stage: which, slot: SLOT })),
  );
}

/** Quotas on; the states as they are from now on. */
export async function limitPair(runtime: Runtime, pair: Pair): Promise<Pair> {
  const [previous, current] = await Promise.all([
    withQuotas(runtime, pair.previous),
    withQuotas(runtime, pair.this),
  ]);
  return { previous, this: current };
}
