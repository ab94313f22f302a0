import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../runtime/runtime.ts';
import type { PairedBin } from './bootstrap.ts';
import { type AtLimit, type Both, both, type CompareRequest, type Recipe, type Which } from './comparison.ts';
import { limitPair, type Pair, sidesOf } from './pair.ts';
import type { Expected } from './placement.ts';
import { runLoad } from './run.ts';
import { type BoxLoad, busiest } from './saturation.ts';
import { findScenario } from './scenarios.ts';
import { betterUsers, P95_LIMIT_MS, usersFor } from './users-at-limit.ts';
import { saturationReasons } from './validity.ts';
import { warmUpRuns } from './warm-up.ts';
import { loadBoth, orderFor, type Setting, settle, type Window } from './window.ts';

/** ≤ 2 min, unless a boot has to be measured once more. */
export const THOROUGH: Recipe = { boots: 2, measure: 20, lead: 2, rates: 4, budgetSeconds: 118 };
/** One boot: what `demo` shows, ≤ 75 s with everything. */
export const SHORT: Recipe = { boots: 1, measure: 13, lead: 2, rates: 4, budgetSeconds: 60 };

/** One boot, measured. */
export interface Boot {
  readonly pair: Pair;
  readonly bins: readonly PairedBin[];
  readonly loads: Both<readonly BoxLoad[]>;
  readonly cpuMicrosPerRequest: Both<Readonly<Record<string, number>>>;
  readonly atLimit: Both<AtLimit>;
  readonly rps: Both<number>;
  readonly setting: Setting;
  readonly why: readonly string[];
}

/** Until it is known how much they use. */
const UNSETTLED: Setting = { order: 'at once', placement: both(() => ({ kind: 'free' })) };
/** A pilot tells how many users a stage needs; it is no figure, so a few seconds are enough. */
const LONGEST_PILOT = 3;
const FIRST_GUESS = { previous: 10, this: 24 };
const WARM_UP_USERS = 4;
/**
 * Of the numbers of users: the first may mend the one side and show that the other needs it, too; and where the machine was
 * busy with something else, the same number may do. A window takes seconds, a boot in the place of a void one ten times as many.
 */
const MOST_CORRECTIONS = 3;
/** Of two stages with as many apps, the one that can do more does more in the same time. */
const EQUAL_APPS = { previous: 2, this: 8 };
const APPS = new Set(['app', 'single']);
/** After the quotas came on: what the warm-up left over is done. */
const SETTLE_MS = 1000;

/** How long a look at how many users a stage needs takes, without its lead of one second. */
export function pilotSeconds({ measure }: Pick<Recipe, 'measure'>): number {
  return Math.min(LONGEST_PILOT, measure / 3);
}

/**
 * Warms both up, sets the quotas and measures both at their limit: at once, or in turn where the machine is too small.
 *
 * @param earlier an earlier boot, which tells how many users saturate each; without it that is found first.
 */
export async function measureBoot(
  runtime: Runtime,
  booted: Pair,
  request: CompareRequest,
  earlier?: Boot,
): Promise<Boot> {
  const { scenario, recipe, signal, onProgress } = request;
  const common = { scenario, mode: 'closed', step: 1, sloMs: P95_LIMIT_MS, signal } as const;

  const warmUp = findScenario(scenario).warmUpSeconds;
  onProgress(`warm-up without quotas, ${warmUp} s`);
  const warming = { ...common, sides: sidesOf(booted, warmUpUsers(booted)), lead: 0 };
  for (const run of warmUpRuns(scenario)) await runLoad(runtime, { ...warming, ...run });

  const pair = await limitPair(runtime, booted);
  await sleep(SETTLE_MS, undefined, { signal });
  const measure = async (
    users: Both<number>,
    setting: Setting,
    seconds: { lead: number; duration: number },
  ) => {
    const window = await loadBoth(runtime, sidesOf(pair, users), setting, { ...common, ...seconds });
    return bootOf(pair, window, users, setting);
  };
  if (earlier === undefined) onProgress('quotas on; how many users saturate each?');
  const short = { lead: 1, duration: pilotSeconds(recipe) };
  const pilot = earlier ?? (await measure(FIRST_GUESS, UNSETTLED, short));
  const order = orderFor(usedCores(pilot), earlier?.setting.order);
  const setting = await settle(runtime, pair, order, usedIn(pilot));
  // The first seconds under a quota are slow: the pilot's users tell more than its first guess did.
  const second = earlier ?? (await measure(enoughFor(pilot), setting, short));
  let users = earlier ? both((which) => adjusted(earlier, which)) : enoughFor(second);
  onProgress(`at the limit: ${users.previous} and ${users.this} users, ${recipe.measure} s`);
  const seconds = { lead: recipe.lead, duration: recipe.measure };
  let boot = await measure(users, setting, seconds);
  // Without quotas no number of users brings a box to its own.
  const most = pair.this.limiter === 'none' ? 0 : MOST_CORRECTIONS;
  for (let corrections = 0; boot.why.length > 0 && corrections < most; corrections += 1) {
    const found = boot;
    users = both((which) => adjusted(found, which));
    onProgress(`${boot.why[0]}: once more with ${users.previous} and ${users.this} users`);
    boot = await measure(users, setting, seconds);
  }
  return boot;
}

/** Lets `survey` load both stages as they were loaded at their limit: at once or in turn, in the same places. */
export async function surveyBoot(
  runtime: Runtime,
  { pair, setting }: Boot,
  { scenario, signal, survey }: CompareRequest,
): Promise<void> {
  await survey?.((users, seconds) => {
    const load = { scenario, mode: 'closed', ...seconds, step: 1, sloMs: P95_LIMIT_MS, signal } as const;
    const sides = sidesOf(pair, { previous: users, this: users });
    return loadBoth(runtime, sides, setting, load);
  });
}

function bootOf(pair: Pair, { sides, why }: Window, users: Both<number>, setting: Setting): Boot {
  const latency = (which: Which) => ({
    p50Ms: sides[which].summary.latency?.p50Ms ?? 0,
    p95Ms: sides[which].summary.latency?.p95Ms ?? 0,
    users: users[which],
  });
  const ours = sides.this.summary.steps;
  return {
    pair,
    bins: sides.previous.summary.steps.map((step, second) => ({
      previous: step.completions,
      this: ours[second]?.completions ?? 0,
    })),
    loads: both((which) => sides[which].loads),
    cpuMicrosPerRequest: both((which) => sides[which].cpuMicrosPerRequest),
    atLimit: both(latency),
    rps: both((which) => sides[which].rps),
    setting,
    why: [
      ...why,
      ...(['previous', 'this'] as const).flatMap((which) => {
        const name = `stage ${pair[which].stage}`;
        const { p95Ms } = latency(which);
        return [
          ...saturationReasons(name, sides[which].loads),
          ...(p95Ms > P95_LIMIT_MS ? [`${name} was overloaded: P95 ${p95Ms.toFixed(0)} ms`] : []),
        ];
      }),
    ],
  };
}

/**
 * So that each app has served as many requests and is as warm: V8 compiles by count, and an app that got three times as
 * many in its warm-up needs a third less CPU for each. Four users at each app would not do it, for the apps of one side
 * share cores; one user keeps a lone app as busy as twelve keep three.
 */
function warmUpUsers(pair: Pair): Both<number> {
  const apps = both((which) => pair[which].boxes.filter(({ kind }) => APPS.has(kind)).length);
  if (apps.previous === apps.this) return EQUAL_APPS;
  return { previous: 1, this: WARM_UP_USERS * apps.this };
}

function enoughFor({ rps }: Boot): Both<number> {
  return both((which) => usersFor(rps[which]));
}

function adjusted({ atLimit, loads, rps }: Boot, which: Which): number {
  return betterUsers({ ...atLimit[which], rps: rps[which], share: busiest(loads[which])?.share ?? 1 });
}

function usedCores({ loads }: Boot): number {
  return [...loads.previous, ...loads.this].reduce((sum, { cores }) => sum + cores, 0);
}

function usedIn({ pair, loads }: Boot): Expected {
  return (stack, box) => {
    const which = stack.stage === pair.this.stage ? 'this' : 'previous';
    return loads[which].find((load) => load.box === box.name)?.cores ?? 0;
  };
}
