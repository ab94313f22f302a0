import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { CompareRequest } from './comparison.ts';
import { hasQueue, untilDrained } from './queue.ts';
import type { Side } from './run.ts';
import { loadBoth, type Setting } from './window.ts';

const SLO_MS = 200;
/** What waits in a queue is dealt with before the next load, without quotas: at its own pace a worker needs a minute. */
const DRAIN_LIMIT_MS = 60_000;
const SETTLE_MS = 500;

/** Lets `survey` load the two stages of a latency comparison, through the ways in that its visitors take. */
export async function surveyLatency(
  runtime: Runtime,
  at: { readonly sides: readonly Side[]; readonly setting: Setting },
  { scenario, signal, survey }: CompareRequest,
): Promise<void> {
  const compared = at.sides.filter(({ side }) => side === 'previous' || side === 'this');
  await survey?.(async (users, { lead, duration }) => {
    for (const { state } of compared) await emptyQueue(runtime, state, signal);
    return loadBoth(
      runtime,
      compared.map((side) => ({ ...side, vus: users })),
      at.setting,
      { scenario, mode: 'closed', lead, duration, step: 1, sloMs: SLO_MS, signal },
    );
  });
}

/** Whether it got empty, the run that comes next finds out: it waits for that, too. */
async function emptyQueue(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<void> {
  if (!hasQueue(state)) return;
  await runtime.limit(state, 'all', null);
  await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, signal });
  await runtime.limit(state, 'all', 'file');
  await sleep(SETTLE_MS, undefined, { signal });
}
