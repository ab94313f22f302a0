import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { runLoad } from './run.ts';
import { findScenario } from './scenarios.ts';
import { readRecords, writeRecords } from './stack-records.ts';

/** Enough for the code that serves a scenario to be compiled, without quotas. */
const SECONDS = 6;
const USERS = 4;
/** After the quotas came back: what the warm-up left over is done. */
const SETTLE_MS = 1000;

export interface WarmUpRun {
  readonly scenario: string;
  /** Seconds. */
  readonly duration: number;
}

/**
 * The loads that warm boxes up for a scenario, in turn. Where tickets are mailed, purchases come first: few in a mix and
 * the dearest of all, they would otherwise be measured half compiled.
 */
export function warmUpRuns(
  scenario: string,
  seconds: number = findScenario(scenario).warmUpSeconds,
): readonly WarmUpRun[] {
  if (!findScenario(scenario).mailsTickets) return [{ scenario, duration: seconds }];
  return [
    { scenario: 'buy', duration: Math.floor(seconds / 2) },
    { scenario, duration: Math.ceil(seconds / 2) },
  ];
}

/**
 * Warm a stack's boxes once per scenario: a box that has just booted needs two to three times the processor time per
 * request, and under a quota it would need minutes to get over that. Quotas are lifted meanwhile.
 */
export async function warmUp(
  runtime: Runtime,
  state: StackState,
  options: { scenario: string; url?: string; users?: number; signal: AbortSignal; onWarmUp?: () => void },
): Promise<void> {
  const { scenario, url, signal } = options;
  const { warm } = await readRecords(state);
  // By another way in, other boxes answer.
  const name = url === undefined ? scenario : `${scenario} ${url}`;
  if (warm.includes(name)) return;
  options.onWarmUp?.();
  await runtime.limit(state, 'all', null);
  try {
    const load = {
      mode: 'closed',
      vus: options.users ?? USERS,
      lead: 0,
      step: 1,
      sloMs: 1000,
      signal,
    } as const;
    const side = { side: 'this', state, ...(url === undefined ? {} : { url }) };
    for (const run of warmUpRuns(scenario, SECONDS)) {
      await runLoad(runtime, { ...load, ...run, sides: [side] });
    }
  } finally {
    await runtime.limit(state, 'all', 'file');
  }
  const records = await readRecords(state);
  await writeRecords(state, { ...records, warm: [...records.warm, name] });
  await sleep(SETTLE_MS, undefined, { signal });
}
