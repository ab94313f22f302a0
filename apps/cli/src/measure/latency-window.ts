import type { Runtime } from '../runtime/runtime.ts';
import type { StageFacts } from '../stage/compose-service.ts';
import { type Answered, bySecond, readAnswers } from './answers.ts';
import { type Both, both, type CompareRequest } from './comparison.ts';
import type { Pair } from './pair.ts';
import { type RunPlan, runLoad, type Side, type SideRun } from './run.ts';
import { busiest } from './saturation.ts';
import { saturationReasons } from './validity.ts';
import { type Setting, settle } from './window.ts';

/** Milliseconds that answers took whose requests were sent in the same second. */
export interface LatencyBin extends Both<readonly number[]> {
  /** Of visitors of the home region meanwhile. */
  readonly home: readonly number[];
}

/** What was measured of two stages at one rate. */
export interface LatencyWindow {
  readonly bins: readonly LatencyBin[];
  /** Requests per second of each side. */
  readonly rate: number;
  readonly setting: Setting;
  readonly why: readonly string[];
}

/** A comparison, with what the stage's file says of it. */
export interface LatencyRequest extends CompareRequest {
  readonly facts: StageFacts;
}

type Request = LatencyRequest & { readonly sloMs: number };

/**
 * What the smallest box answers without a queue, so that the way is what counts; and so much that most of what is looked at
 * was looked at a moment ago: at 25/s every third look missed the cache, and P50 was now a hit's (3 ms), now a miss's (9 ms).
 */
const USUAL_RATE = 50;
/**
 * What was cached in the warm-up is too old by the time the quotas are back. Asked for all at once it would be fetched from a
 * database of 0.085 cores all at once, and the visitors behind it would wait for up to 5 s; so a few ask for it first.
 */
const FILLING = { mode: 'closed', vus: 3, lead: 0, duration: 4 } as const;
const PILOT_USERS = 2;
const PILOT = { lead: 1, duration: 4 };

/** All sides at once, at the usual rate. */
export async function atUsualRate(
  runtime: Runtime,
  pair: Pair,
  sides: readonly Side[],
  request: Request,
): Promise<LatencyWindow> {
  const { recipe, onProgress } = request;
  // Well under one core: 0.65 of it.
  const setting = await settle(runtime, pair, 'at once', () => 0);
  const { core } = setting.placement.this;
  const common = { sides, ...(core === undefined ? {} : { core }) };
  onProgress(`filling the caches, ${FILLING.duration} s; then each at ${USUAL_RATE}/s, ${recipe.measure} s`);
  const { scenario, sloMs, signal } = request;
  await runLoad(runtime, { ...FILLING, ...common, scenario, step: 1, sloMs, signal });
  const { answers, why } = await loaded(runtime, request, {
    mode: 'open',
    rate: USUAL_RATE,
    lead: recipe.lead,
    duration: recipe.measure,
    ...common,
  });
  return {
    bins: binsOf(answers, recipe.measure),
    rate: USUAL_RATE,
    setting,
    why,
  };
}

/**
 * In turn. First the stage before, with one user more than it has boxes of the kind that holds it up, so that none of these
 * ever waits for work; each user asks again as soon as it has its answer. Then this stage, at the rate that came of it,
 * whether or not it answers. Near its limit an open load would fill the queue of the stage before without end, and its
 * answers would say how long the run was.
 */
export async function atLimitOfPrevious(
  runtime: Runtime,
  pair: Pair,
  sides: readonly Side[],
  request: Request,
): Promise<LatencyWindow> {
  const { recipe, onProgress } = request;
  const sideOf = (name: string) => sides.filter(({ side }) => side === name);
  const setting = await settle(runtime, pair, ['previous', 'this'], (_, box) => box.cpus ?? 0);
  const closed = (users: number, seconds: { lead: number; duration: number }) =>
    loaded(runtime, request, { mode: 'closed', vus: users, sides: sideOf('previous'), ...seconds });

  onProgress(`stage ${pair.previous.stage} with ${PILOT_USERS} users: which box holds it up?`);
  const pilot = await closed(PILOT_USERS, PILOT);
  const users = 1 + (busiest(pilot.runs.previous?.loads ?? [])?.boxes.length ?? 1);
  const seconds = { lead: recipe.lead, duration: recipe.measure };
  onProgress(`stage ${pair.previous.stage} with ${users} users, ${recipe.measure} s`);
  const before = await closed(users, seconds);
  const rate = before.runs.previous?.rps ?? 0;
  onProgress(`stage ${pair.this.stage} at the same ${rate.toFixed(1)}/s, ${recipe.measure} s`);
  const now = await loaded(runtime, request, { mode: 'open', rate, sides: sideOf('this'), ...seconds });
  return {
    bins: binsOf({ ...before.answers, ...now.answers }, recipe.measure),
    rate,
    setting,
    why: [
      ...before.why,
      ...saturationReasons(`stage ${pair.previous.stage}`, before.runs.previous?.loads ?? []),
      ...now.why,
    ],
  };
}

interface Loaded {
  readonly runs: Readonly<Record<string, SideRun>>;
  /** What each side answered, by the second. */
  readonly answers: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly why: readonly string[];
}

async function loaded(
  runtime: Runtime,
  { scenario, facts, sloMs, signal }: Request,
  plan: Omit<RunPlan, 'scenario' | 'sloMs' | 'step' | 'signal'>,
): Promise<Loaded> {
  let folder = '';
  const { sides, why } = await runLoad(runtime, {
    ...plan,
    scenario,
    step: 1,
    sloMs,
    timeline: true,
    signal,
    onStart: (_, results) => {
      folder = results;
    },
  });
  const answers = comparable(await readAnswers(folder), facts.request);
  const bins = Object.values(sides).map(({ side, summary }) => {
    const from = (summary.startedAt ?? 0) + plan.lead * 1000;
    return [side, bySecond(answers, side, { from, seconds: plan.duration })] as const;
  });
  return { runs: sides, answers: Object.fromEntries(bins), why };
}

/** The answers that the stage is about; all of them under a load that asks for nothing of the kind. */
function comparable(answers: readonly Answered[], asked: string | undefined): readonly Answered[] {
  const about = answers.filter(({ request }) => request === asked);
  return about.length === 0 ? answers : about;
}

function binsOf(answers: Loaded['answers'], seconds: number): LatencyBin[] {
  const at = (side: string, second: number) => answers[side]?.[second] ?? [];
  return Array.from({ length: seconds }, (_, second) => ({
    ...both((which) => at(which, second)),
    home: at('home', second),
  }));
}
