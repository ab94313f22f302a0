import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type LoadResult, load } from './load.ts';
import { runLoad } from './run.ts';
import { findScenario } from './scenarios.ts';
import { takeDown, withQuotas } from './stacks-aside.ts';
import { limiterReasons } from './validity.ts';
import { warmUpRuns } from './warm-up.ts';

export interface AloneRequest {
  readonly stage: number;
  readonly scenario: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

const SLOT = 1;
const SETTLE_MS = 1000;

/** A stage with none before it, at its limit. */
export async function alone(runtime: Runtime, request: AloneRequest): Promise<LoadResult> {
  const { scenario, signal, onProgress } = request;
  return standingAlone(runtime, request, async (state) => {
    onProgress('at its limit, 15 s');
    const result = await load(runtime, state, {
      scenario,
      vus: 6,
      duration: 15,
      sloMs: 200,
      through: 'entry',
      signal,
    });
    return { ...result, run: { ...result.run, why: [...limiterReasons(state.limiter), ...result.run.why] } };
  });
}

/**
 * Boots a stage aside, in place of what a killed run left, warms it up, sets its quotas, lets `measure` look at it, and
 * takes it down whatever happens.
 */
export async function standingAlone<T>(
  runtime: Runtime,
  { stage, scenario, signal, onProgress }: AloneRequest,
  measure: (state: StackState) => Promise<T>,
): Promise<T> {
  const id = { stage, slot: SLOT };
  await runtime.down(id);
  try {
    onProgress(`stage ${stage} comes up`);
    const booted = await runtime.up(stage, { slot: SLOT, unlimited: true, signal });
    const warmUp = findScenario(scenario).warmUpSeconds;
    onProgress(`warm-up without quotas, ${warmUp} s`);
    const closed = { mode: 'closed', lead: 0, step: 1, sloMs: 200, vus: 4, signal } as const;
    for (const run of warmUpRuns(scenario)) {
      await runLoad(runtime, { ...closed, ...run, sides: [{ side: 'this', state: booted }] });
    }
    const state = await withQuotas(runtime, booted);
    await sleep(SETTLE_MS, undefined, { signal });
    return await measure(state);
  } finally {
    onProgress('down');
    await takeDown(runtime, [id]);
  }
}
