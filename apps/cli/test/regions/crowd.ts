import type { Outcome } from '../../src/drill/outcome.ts';
import { followTimeline } from '../../src/drill/timeline.ts';
import { runLoad } from '../../src/measure/run.ts';
import type { Runtime, StackState } from '../../src/runtime/runtime.ts';
import { until } from '../runtime/until.ts';

export interface Crowd {
  /** What each of them met, once the last one has. */
  readonly met: Promise<{ readonly outcomes: readonly Outcome[]; readonly why: readonly string[] }>;
}

const BEGIN_LIMIT_MS = 60_000;
const FIRST_COMERS = 40;

/**
 * Visitors of an ordinary day who come in at `url`, whatever happens to boxes meanwhile. Resolves when the first of them
 * have been answered: on a busy machine k6 may take a while to begin.
 */
export async function crowd(
  runtime: Runtime,
  state: StackState,
  { url, rate, seconds }: { readonly url: string; readonly rate: number; readonly seconds: number },
): Promise<Crowd> {
  let results = '';
  const running = runLoad(runtime, {
    scenario: 'mixed',
    mode: 'open',
    rate,
    // Enough for those who wait while nobody answers.
    vus: 7 * rate + 10,
    sides: [{ side: 'this', state, url }],
    lead: 0,
    duration: seconds,
    step: seconds,
    sloMs: 1000,
    timeline: true,
    disturbed: true,
    signal: AbortSignal.timeout(seconds * 1000 + BEGIN_LIMIT_MS),
    onStart: (_, folder) => {
      results = folder;
    },
  });
  const whole = running.then(async ({ why }) => {
    const timeline = followTimeline(results);
    await timeline.read();
    return { outcomes: timeline.outcomes, why };
  });
  const come = async () => {
    if (results === '') return false;
    const timeline = followTimeline(results);
    await timeline.read();
    return timeline.outcomes.length >= FIRST_COMERS;
  };
  await Promise.race([until('visitors come', come, BEGIN_LIMIT_MS), whole]);
  return { met: whole };
}
