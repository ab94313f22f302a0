import type { Runtime, StackState } from '../runtime/runtime.ts';
import { takeDown } from './stacks-aside.ts';
import { warmUp } from './warm-up.ts';

/** As comparisons do: a learner's own stack is left alone. */
const SLOT = 1;

export interface OwnStackRequest {
  readonly stage: number;
  readonly scenario: string;
  /** Of the warm-up; as many as `warmUp` takes, if nothing is said. */
  readonly users?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/**
 * Boots a stage in a stack of its own, in place of what a killed run left, warms it up, lets `work` do something with it
 * under its quotas, and takes it down with its records whatever happens.
 */
export async function withStackOfItsOwn<T>(
  runtime: Runtime,
  { stage, scenario, users, signal, onProgress }: OwnStackRequest,
  work: (state: StackState) => Promise<T>,
): Promise<T> {
  const ids = [{ stage, slot: SLOT }];
  await takeDown(runtime, ids);
  try {
    onProgress(`stage ${stage} comes up`);
    const state = await runtime.up(stage, { slot: SLOT, signal });
    await warmUp(runtime, state, {
      scenario,
      ...(users === undefined ? {} : { users }),
      signal,
      onWarmUp: () => onProgress('warm-up, without quotas'),
    });
    return await work(state);
  } finally {
    onProgress('down');
    await takeDown(runtime, ids);
  }
}
