import { setTimeout as sleep } from 'node:timers/promises';
import { mean, quantile } from 'simple-statistics';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { wayInto } from '../stage/regions.ts';
import { readStage } from '../stage/stages.ts';
import { bootConditions, takeBoots } from './boots.ts';
import { intervalOf, type RatioInterval } from './bootstrap.ts';
import { type Both, both, type CompareRequest } from './comparison.ts';
import { surveyLatency } from './latency-survey.ts';
import {
  atLimitOfPrevious,
  atUsualRate,
  type LatencyBin,
  type LatencyRequest,
  type LatencyWindow,
} from './latency-window.ts';
import { bootPair, downPair, limitPair, type Pair } from './pair.ts';
import { type Provenance, provenance } from './provenance.ts';
import { hasQueue, untilDrained } from './queue.ts';
import { runLoad, type Side } from './run.ts';
import { findScenario } from './scenarios.ts';
import { startSpinner } from './spinner.ts';
import { limiterReasons } from './validity.ts';
import { warmUpRuns } from './warm-up.ts';
import { conditionsOf } from './window.ts';

const SETTLE_MS = 1000;
const SLO_MS = 200;
/** What a stage left to do for later has to be done by then, or it has only put it off. */
const DRAIN_LIMIT_MS = 120_000;

export interface Quantiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly answers: number;
}

/** What `compare --json` prints of a step whose gain is time. */
export interface LatencyComparison {
  readonly stage: number;
  readonly previous: number;
  readonly scenario: string;
  /** Where the compared visitors come from; null: by the entry. */
  readonly from: string | null;
  readonly valid: boolean;
  /** Why it is not, if it is not. */
  readonly why: readonly string[];
  /** Both at the same rate; `home`: visitors of this stage's home region meanwhile, where it has one. */
  readonly latency: Both<Quantiles> & { readonly rate: number; readonly home: Quantiles | null };
  /** How many times faster this stage answers; 95 % intervals. */
  readonly gain: { readonly p50: RatioInterval; readonly p95: RatioInterval };
  /** The P50's ratio in each boot. */
  readonly boots: readonly number[];
  readonly seconds: number;
  readonly provenance: Provenance;
}

interface Boot extends LatencyWindow {
  readonly pair: Pair;
  readonly sides: readonly Side[];
}

/**
 * How much sooner does this stage answer? Both at the same rate, from the same region: side by side at a modest one, or
 * in turn at the one that the stage before reaches at its limit (`at: limit` of x-stage).
 */
export async function compareLatency(runtime: Runtime, request: CompareRequest): Promise<LatencyComparison> {
  const startedAt = new Date();
  const clock = performance.now();
  const { facts } = await readStage(request.stage);
  const from = facts.from ?? null;
  const spinner = await startSpinner();
  const take = async (before: readonly Boot[]): Promise<Boot> => {
    const names = `stages ${request.stage - 1} and ${request.stage}`;
    request.onProgress(`boot ${before.length + 1}: ${names} side by side`);
    try {
      const pair = await bootPair(runtime, request);
      const boot = await measure(runtime, pair, { ...request, facts });
      if (before.length === 0) await surveyLatency(runtime, boot, request);
      return boot;
    } finally {
      await downPair(runtime, request.stage);
    }
  };
  const { recipe } = request;
  const boots = await takeBoots({ recipe, take, ratio: ({ bins }) => timesFaster(0.5)(bins) }).finally(() =>
    spinner?.stop(),
  );
  const { counted } = boots;
  const [first] = counted;
  const bins = counted.map((boot) => boot.bins);
  const all = bins.flat();
  const rate = mean(counted.map((boot) => boot.rate));
  const home = all.flatMap((bin) => bin.home);
  const why = [...limiterReasons(first.pair.this.limiter), ...new Set(counted.flatMap((boot) => boot.why))];
  return {
    stage: request.stage,
    previous: request.stage - 1,
    scenario: request.scenario,
    from,
    valid: why.length === 0,
    why,
    latency: {
      rate,
      ...both((which) => quantilesOf(all.flatMap((bin) => bin[which]))),
      home: home.length === 0 ? null : quantilesOf(home),
    },
    gain: { p50: intervalOf(bins, timesFaster(0.5)), p95: intervalOf(bins, timesFaster(0.95)) },
    boots: bins.map(timesFaster(0.5)),
    seconds: (performance.now() - clock) / 1000,
    provenance: await provenance({
      runtime,
      stacks: [first.pair.previous, first.pair.this],
      scenario: request.scenario,
      load: `${loadOf(counted)}${from === null ? '' : `, from ${from}`}`,
      durationSeconds: all.length,
      conditions: [
        ...bootConditions(boots),
        spinner === null ? 'no spinner' : 'spinner',
        ...conditionsOf(counted.map((boot) => boot.setting)),
      ],
      startedAt,
    }),
  };
}

async function measure(runtime: Runtime, booted: Pair, request: LatencyRequest): Promise<Boot> {
  const { scenario, signal, onProgress } = request;
  const sides = await sidesOf(booted, request);
  onProgress(`warm-up without quotas, ${findScenario(scenario).warmUpSeconds} s`);
  const warming = { mode: 'closed', vus: 3, lead: 0, step: 1, sloMs: SLO_MS, sides, signal } as const;
  for (const run of warmUpRuns(scenario)) await runLoad(runtime, { ...warming, ...run });
  const pair = await limitPair(runtime, booted);
  await sleep(SETTLE_MS, undefined, { signal });
  const limited = sides.map((side) => ({
    ...side,
    state: side.state === booted.this ? pair.this : pair.previous,
  }));
  const load = request.facts.at === 'limit' ? atLimitOfPrevious : atUsualRate;
  const window = await load(runtime, pair, limited, { ...request, sloMs: SLO_MS });
  const drained =
    !hasQueue(pair.this) ||
    (await untilDrained(runtime, pair.this, { limitMs: DRAIN_LIMIT_MS, signal })) !== null;
  return {
    ...window,
    pair,
    sides: limited,
    why: drained ? window.why : [...window.why, 'the queue did not drain after the load'],
  };
}

/** Both stages, as visitors of that region come in; and those of this stage's home, who buy nothing: they look on. */
async function sidesOf(pair: Pair, { facts, scenario }: LatencyRequest): Promise<Side[]> {
  const from = facts.from ?? null;
  const side = async (name: string, state: StackState, region: string | null): Promise<Side> => ({
    side: name,
    state,
    ...(region === null ? {} : { url: wayInto(await readStage(state.stage), state, region) }),
  });
  const compared = [await side('previous', pair.previous, from), await side('this', pair.this, from)];
  const [home] = Object.keys(facts.regions ?? {});
  const others = from === null || home === undefined || findScenario(scenario).purchases > 0;
  return others ? compared : [...compared, await side('home', pair.this, home)];
}

/** For provenance: `50/s each`, `14.9/s and 15.2/s each`. */
function loadOf(boots: readonly Boot[]): string {
  const rates = new Set(boots.map(({ rate }) => `${Number(rate.toFixed(1))}/s`));
  return `${[...rates].join(' and ')} each`;
}

function timesFaster(share: number): (bins: readonly LatencyBin[]) => number {
  return (bins) => {
    const at = (which: 'previous' | 'this') =>
      quantile(
        bins.flatMap((bin) => bin[which]),
        share,
      );
    return at('previous') / at('this');
  };
}

function quantilesOf(values: readonly number[]): Quantiles {
  return {
    p50Ms: quantile([...values], 0.5),
    p95Ms: quantile([...values], 0.95),
    answers: values.length,
  };
}
