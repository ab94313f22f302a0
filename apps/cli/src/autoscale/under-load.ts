import type { Outcome } from '../drill/outcome.ts';
import { followTimeline } from '../drill/timeline.ts';
import { type Run, runLoad } from '../measure/run.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type Autoscaled, type AutoscaleRequest, autoscale } from './autoscale.ts';
import { type Phase, secondsOf } from './course.ts';

export interface UnderLoad {
  readonly run: Run;
  /** When the load's first phase began, milliseconds since 1970. */
  readonly began: number;
  readonly outcomes: readonly Outcome[];
  readonly scaled: Autoscaled;
}

export interface Course {
  readonly scenario: string;
  readonly phases: readonly Phase[];
  readonly sloMs: number;
}

/** Not counted: connections are made, the first answers come. */
const LEAD_SECONDS = 2;
/** Virtual users per request per second: an answer may take so many seconds before k6 drops one. */
const PATIENCE_SECONDS = 2;

/** A load that takes its course while the rules are followed; both end together. */
export async function scaleUnderLoad(
  runtime: Runtime,
  state: StackState,
  request: Omit<AutoscaleRequest, 'enough'>,
  { scenario, phases, sloMs }: Course,
): Promise<UnderLoad> {
  const over = new AbortController();
  const broken = new AbortController();
  const signal = AbortSignal.any([request.signal, broken.signal]);
  const peak = Math.max(...phases.map(({ to }) => to));
  let folder = '';
  let onStart: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    onStart = resolve;
  });
  const load = runLoad(runtime, {
    scenario,
    mode: 'open',
    vus: Math.ceil(peak * PATIENCE_SECONDS) + 10,
    sides: [{ side: 'this', state, rate: peak, course: courseInParts(phases) }],
    lead: LEAD_SECONDS,
    duration: secondsOf(phases),
    step: 5,
    sloMs,
    timeline: true,
    // Boxes come and go, on purpose.
    disturbed: true,
    signal,
    onStart: (_, results) => {
      folder = results;
      onStart();
    },
  }).finally(() => over.abort());
  const scaling = (async () => {
    await Promise.race([started, load]);
    return await autoscale(runtime, state, { ...request, signal, enough: over.signal });
  })();
  // Where one of them fails, the other ends before the failure is told: nothing may be left running.
  for (const each of [load, scaling]) each.catch((error: unknown) => broken.abort(error));
  await Promise.allSettled([load, scaling]);
  const [run, scaled] = await Promise.all([load, scaling]);
  const timeline = followTimeline(folder);
  await timeline.read();
  const began = (run.sides.this?.summary.startedAt ?? 0) + LEAD_SECONDS * 1000;
  return { run, began, outcomes: timeline.outcomes, scaled };
}

/** k6 begins with the first part's rate. */
function courseInParts(phases: readonly Phase[]) {
  return phases.map(({ to, seconds }) => ({ rate: to, seconds }));
}
