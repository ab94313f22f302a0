import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type Boot, measureBoot, surveyBoot } from './boot.ts';
import { type PairedBin, ratioInterval, ratioOfSums } from './bootstrap.ts';
import { atCommonRate } from './common-rate.ts';
import {
  type BothRates,
  both,
  type CompareRequest,
  type Comparison,
  MOST_BOOTS,
  type Which,
} from './comparison.ts';
import { bootPair, downPair } from './pair.ts';
import { provenance } from './provenance.ts';
import { hasQueue, untilDrained } from './queue.ts';
import { busiest } from './saturation.ts';
import { findScenario } from './scenarios.ts';
import { startSpinner } from './spinner.ts';
import { limiterReasons } from './validity.ts';
import { conditionsOf } from './window.ts';

const DRAIN_LIMIT_MS = 60_000;
/** Two boots whose ratios are further apart than this get a third. */
const BOOTS_DIFFER = 0.08;
/** What a later boot takes besides warm-up and measurement, in seconds: up, quotas, k6's starts, down. */
const BOOT_SECONDS = 7.5;

/**
 * How much better is this stage than the one before? Both run side by side at the same time, at saturation, so that
 * the machine's noise hits both and cancels in the ratio; in turn where the machine is too small for both. Whatever happens, both are down at the end.
 */
export async function compare(runtime: Runtime, request: CompareRequest): Promise<Comparison> {
  const startedAt = new Date();
  const clock = performance.now();
  const elapsed = () => (performance.now() - clock) / 1000;
  const { recipe } = request;
  const laterBoot =
    BOOT_SECONDS + findScenario(request.scenario).warmUpSeconds + recipe.lead + recipe.measure;
  const spinner = await startSpinner();
  const boots: Boot[] = [];
  const undrained: string[] = [];
  let rates: { common: BothRates; overload: BothRates } | null = null;
  try {
    for (let number = 1; number <= (recipe.mostBoots ?? MOST_BOOTS); number++) {
      request.onProgress(`boot ${number}: stages ${request.stage - 1} and ${request.stage} side by side`);
      try {
        const pair = await bootPair(runtime, request);
        const boot = await measureBoot(runtime, pair, request, boots.at(-1));
        boots.push(boot);
        if (number === 1) await surveyBoot(runtime, boot, request);
        rates ??= await atCommonRate(runtime, boot, request);
        undrained.push(...(await undrainedReasons(runtime, pair.this, request.signal)));
      } finally {
        await downPair(runtime, request.stage);
      }
      const late = elapsed() + laterBoot > recipe.budgetSeconds;
      if (number >= recipe.boots && (late || !differ(boots))) break;
    }
  } finally {
    await spinner?.stop();
  }
  const [first] = boots;
  if (first === undefined || rates === null) throw new Error('a comparison has at least one boot');
  const bins = boots.map((boot) => boot.bins);
  const limiter = first.pair.this.limiter;
  const why = [...limiterReasons(limiter), ...new Set([...boots.flatMap((boot) => boot.why), ...undrained])];
  return {
    stage: request.stage,
    previous: request.stage - 1,
    scenario: request.scenario,
    valid: why.length === 0,
    why,
    capacity: {
      previous: { rps: rps(bins, 'previous') },
      this: { rps: rps(bins, 'this') },
      ...ratioInterval(bins),
      boots: bins.map(ratioOfSums),
    },
    latency: rates.common,
    overload: rates.overload,
    atLimit: both((which) => first.atLimit[which]),
    saturated: both((which) => busiest(first.loads[which])?.name ?? null),
    saturatedShare: both((which) => busiest(first.loads[which])?.share ?? null),
    cpuMicrosPerRequest: both((which) => first.cpuMicrosPerRequest[which]),
    seconds: elapsed(),
    provenance: await provenance({
      runtime,
      stacks: [first.pair.previous, first.pair.this],
      scenario: request.scenario,
      load: `closed loop, ${first.atLimit.previous.users} and ${first.atLimit.this.users} users`,
      durationSeconds: bins.reduce((sum, boot) => sum + boot.length, 0),
      conditions: [
        `${boots.length} boot${boots.length === 1 ? '' : 's'}`,
        spinner === null ? 'no spinner' : 'spinner',
        ...conditionsOf(boots.map((boot) => boot.setting)),
      ],
      startedAt,
    }),
  };
}

/** What was sold and never dealt with was not paid for. */
async function undrainedReasons(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<string[]> {
  if (!hasQueue(state)) return [];
  const drainedMs = await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, signal });
  return drainedMs === null ? [`the queue of stage ${state.stage} did not drain`] : [];
}

function differ(boots: readonly Boot[]): boolean {
  const ratios = boots.map((boot) => ratioOfSums(boot.bins));
  return Math.max(...ratios) / Math.min(...ratios) - 1 > BOOTS_DIFFER;
}

function rps(boots: readonly (readonly PairedBin[])[], which: Which): number {
  const bins = boots.flat();
  return bins.reduce((sum, bin) => sum + bin[which], 0) / bins.length;
}
