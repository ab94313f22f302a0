import { type Provenance, provenance } from '../measure/provenance.ts';
import { withStackOfItsOwn } from '../measure/stack-of-its-own.ts';
import { limiterReasons } from '../measure/validity.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { Autoscaled, AutoscaleRequest } from './autoscale.ts';
import { courseOf, secondsOf } from './course.ts';
import { saleAt } from './decide.ts';
import { type Decided, type Effect, effectsOf } from './effects.ts';
import { type Failed, failuresOf } from './failures.ts';
import { faultsOf } from './faults.ts';
import { type PhaseMet, phasesMet } from './phases-met.ts';
import { scaleUnderLoad } from './under-load.ts';

export interface DemoRequest extends Omit<AutoscaleRequest, 'enough' | 'onBegin'> {
  readonly stage: number;
  readonly scenario: string;
  /** Requests per second before and after. */
  readonly rate: number;
  /** How many times as many come in between. */
  readonly times: number;
  /** Looking has begun, at this stack. */
  readonly onReady: (state: StackState) => void;
  readonly onProgress: (what: string) => void;
}

/** What came of it; with `--json`, the document that is printed. */
export interface Demo extends Autoscaled {
  readonly stage: number;
  readonly scenario: string;
  readonly rate: number;
  readonly times: number;
  readonly speed: number;
  readonly sloMs: number;
  /** `falls short`: a request failed, P95 did not come back, or the rules brought no boxes or did not take them away. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  readonly faults: readonly string[];
  /** Why it says nothing. */
  readonly why: readonly string[];
  readonly phases: readonly PhaseMet[];
  readonly decisions: readonly Decided[];
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly Failed[];
  readonly provenance: Provenance;
}

const SLO_MS = 200;
/**
 * So many at a time open all connections to the database that the apps may have: opened when the load rises, each of them
 * costs a small database as much as a hundred answers, and the demo would show that instead.
 */
const CROWD = 32;

/**
 * Brings a load that rises and falls again to a stack of its own, follows the rules meanwhile, and tells what those who
 * asked met. The stack is down at the end whatever happens.
 */
export async function demo(runtime: Runtime, request: DemoRequest): Promise<Demo> {
  return await withStackOfItsOwn(runtime, { ...request, users: CROWD }, (state) =>
    demoOn(runtime, state, request),
  );
}

async function demoOn(runtime: Runtime, state: StackState, request: DemoRequest): Promise<Demo> {
  const { stage, scenario, rate, times, speed, rules } = request;
  const phases = courseOf(rules, request);
  const onBegin = (): void => request.onReady(state);
  const under = await scaleUnderLoad(
    runtime,
    state,
    { ...request, onBegin },
    { scenario, phases, sloMs: SLO_MS },
  );
  const { outcomes, scaled, run } = under;
  const until = under.began + secondsOf(phases) * 1000;
  // What is taken back when the load has ended helps nobody, and no rule asked for it.
  const byRules = scaled.steps.filter(({ rule }) => rule !== 'end');
  const windowMs = (rules.period * 1000) / speed;
  const effects = effectsOf(outcomes, byRules, { windowMs, sloMs: SLO_MS, until });
  const decisions = byRules.map((step, index) => ({ ...step, ...(effects[index] as Effect) }));
  const failed = outcomes.filter(({ right }) => !right).length;
  const sale = saleAt(rules, (request.clock ?? under.began) + (until - under.began) * speed);
  const faults = faultsOf({ scaled, decisions, failed, requests: outcomes.length, sloMs: SLO_MS, sale });
  const after = await runtime.state(state);
  const why = [...run.why, ...limiterReasons(state.limiter), ...restarts(after)];
  return {
    ...scaled,
    stage,
    scenario,
    rate,
    times,
    speed,
    sloMs: SLO_MS,
    verdict: why.length > 0 ? 'void' : faults.length > 0 ? 'falls short' : 'holds',
    faults,
    why,
    phases: phasesMet(under, phases, request.services),
    decisions,
    requests: outcomes.length,
    failed,
    failures: failuresOf(outcomes, under.began),
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario,
      load: `${rate} → ${rate * times} → ${rate}/s`,
      durationSeconds: secondsOf(phases),
      conditions: ['warmed up', ...(speed === 1 ? [] : [`the rules' times divided by ${speed}`])],
      startedAt: run.startedAt,
    }),
  };
}

function restarts(after: StackState | null): string[] {
  if (after === null) return ['the stack went away meanwhile'];
  return after.boxes
    .filter((box) => box.restarts > 0)
    .map(({ name }) => `box ${name} was restarted meanwhile`);
}
