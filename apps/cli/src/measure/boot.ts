import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../runtime/runtime.ts';
import type { PairedBin } from './bootstrap.ts';
import type { AtLimit, Both, CompareRequest, Recipe, Which } from './comparison.ts';
import { limitPair, type Pair, pinPair, sidesOf } from './pair.ts';
import { type Run, runLoad, type SideRun } from './run.ts';
import { type BoxLoad, busiest } from './saturation.ts';
import { findScenario } from './scenarios.ts';
import { COMPARE_SATURATED, saturationReasons } from './validity.ts';

/** ≤ 2 min. */
export const THOROUGH: Recipe = { boots: 2, measure: 24, lead: 2, rates: 6, budgetSeconds: 115 };
/** One boot: what `demo` shows, ≤ 75 s with everything. */
export const SHORT: Recipe = { boots: 1, measure: 13, lead: 2, rates: 5, budgetSeconds: 60 };

/** One boot, measured. */
export interface Boot {
  readonly pair: Pair;
  readonly bins: readonly PairedBin[];
  readonly loads: Both<readonly BoxLoad[]>;
  readonly cpuMicrosPerRequest: Both<Readonly<Record<string, number>>>;
  readonly atLimit: Both<AtLimit>;
  readonly rps: Both<number>;
  readonly pinned: boolean;
  readonly core: number | undefined;
  readonly why: readonly string[];
}

/** Users whose waiting keeps a box busy without a long queue: its capacity × this many seconds. */
const SECONDS_OF_WORK = 0.09;
const P95_LIMIT_MS = 200;
/** After the quotas came on: what the warm-up left over is done. */
const SETTLE_MS = 1000;

/** Warms both up, sets the quotas, finds the users that saturate each, and measures them at once. */
export async function measureBoot(
  runtime: Runtime,
  booted: Pair,
  request: CompareRequest,
  budgetSeconds: number,
): Promise<Boot> {
  const clock = performance.now();
  const left = () => budgetSeconds - (performance.now() - clock) / 1000;
  const { scenario, recipe, signal, onProgress } = request;
  const common = { scenario, mode: 'closed', step: 1, sloMs: P95_LIMIT_MS, signal } as const;

  const warmUp = findScenario(scenario).warmUpSeconds;
  onProgress(`warm-up without quotas, ${warmUp} s`);
  await runLoad(runtime, { ...common, sides: sidesOf(booted), vus: 4, lead: 0, duration: warmUp });

  const pair = await limitPair(runtime, booted);
  await sleep(SETTLE_MS, undefined, { signal });
  onProgress('quotas on; finding the load that saturates both');
  const pilot = await runLoad(runtime, {
    ...common,
    sides: sidesOf(pair, { previous: 12, this: 24 }),
    lead: 1,
    duration: 4,
  });
  const core = await pinPair(runtime, pair, usedCores(pilot));
  let users: Both<number> = { previous: usersFor(pilot, 'previous'), this: usersFor(pilot, 'this') };

  for (;;) {
    onProgress(`measuring, ${users.previous} and ${users.this} users, ${recipe.measure} s`);
    const run = await runLoad(runtime, {
      ...common,
      sides: sidesOf(pair, users),
      lead: recipe.lead,
      duration: recipe.measure,
      ...(core === undefined ? {} : { core }),
    });
    const boot = bootOf(pair, run, users, core);
    const next = { previous: adjusted(boot, 'previous'), this: adjusted(boot, 'this') };
    const same = next.previous === users.previous && next.this === users.this;
    if (same || boot.why.length === 0 || left() < recipe.measure + recipe.lead + 4) return boot;
    onProgress(`once more: ${boot.why.join('; ')}`);
    users = next;
  }
}

function bootOf(pair: Pair, run: Run, users: Both<number>, core: number | undefined): Boot {
  const side = (which: Which): SideRun => {
    const found = run.sides[which];
    if (found === undefined) throw new Error(`the run has no side ${which}`);
    return found;
  };
  const latency = (which: Which) => ({
    p50Ms: side(which).summary.latency?.p50Ms ?? 0,
    p95Ms: side(which).summary.latency?.p95Ms ?? 0,
    users: users[which],
  });
  const ours = side('this').summary.steps;
  return {
    pair,
    bins: side('previous').summary.steps.map((step, second) => ({
      previous: step.completions,
      this: ours[second]?.completions ?? 0,
    })),
    loads: { previous: side('previous').loads, this: side('this').loads },
    cpuMicrosPerRequest: {
      previous: side('previous').cpuMicrosPerRequest,
      this: side('this').cpuMicrosPerRequest,
    },
    atLimit: { previous: latency('previous'), this: latency('this') },
    rps: { previous: side('previous').rps, this: side('this').rps },
    pinned: core !== undefined,
    core,
    why: [
      ...run.why,
      ...(['previous', 'this'] as const).flatMap((which) => {
        const name = `stage ${pair[which].stage}`;
        const { p95Ms } = latency(which);
        return [
          ...saturationReasons(name, side(which).loads),
          ...(p95Ms > P95_LIMIT_MS ? [`${name} was overloaded: P95 ${p95Ms.toFixed(0)} ms`] : []),
        ];
      }),
    ],
  };
}

function usersFor(pilot: Run, which: Which): number {
  return Math.max(4, Math.round((pilot.sides[which]?.rps ?? 0) * SECONDS_OF_WORK));
}

function adjusted(boot: Boot, which: Which): number {
  const { users, p95Ms } = boot.atLimit[which];
  const share = busiest(boot.loads[which])?.share ?? 1;
  if (share < COMPARE_SATURATED) return Math.ceil(users * 1.3);
  return p95Ms > P95_LIMIT_MS ? Math.max(2, Math.floor(users * 0.85)) : users;
}

function usedCores(run: Run): number {
  return Object.values(run.sides).reduce(
    (sum, side) => sum + side.loads.reduce((cores, load) => cores + load.cores, 0),
    0,
  );
}
