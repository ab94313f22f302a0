import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type Boot, measureBoot, surveyBoot } from './boot.ts';
import { bootConditions, takeBoots } from './boots.ts';
import { type PairedBin, ratioInterval, ratioOfSums } from './bootstrap.ts';
import { atCommonRate } from './common-rate.ts';
import { type BothRates, both, type CompareRequest, type Comparison, type Which } from './comparison.ts';
import { bootPair, downPair } from './pair.ts';
import { provenance } from './provenance.ts';
import { hasQueue, untilDrained } from './queue.ts';
import { busiest } from './saturation.ts';
import { startSpinner } from './spinner.ts';
import { limiterReasons } from './validity.ts';
import { conditionsOf } from './window.ts';

const DRAIN_LIMIT_MS = 60_000;

/**
 * How much better is this stage than the one before? Both run side by side at the same time, at saturation, so that
 * the machine's noise hits both and cancels in the ratio; in turn where the machine is too small for both. Whatever happens, both are down at the end.
 */
export async function compare(runtime: Runtime, request: CompareRequest): Promise<Comparison> {
  const startedAt = new Date();
  const clock = performance.now();
  const { recipe } = request;
  const spinner = await startSpinner();
  let rates: { common: BothRates; overload: BothRates } | null = null;
  const take = async (before: readonly Boot[]): Promise<Boot> => {
    const names = `stages ${request.stage - 1} and ${request.stage}`;
    request.onProgress(`boot ${before.length + 1}: ${names} side by side`);
    try {
      const pair = await bootPair(runtime, request);
      const boot = await measureBoot(runtime, pair, request, before.at(-1));
      if (before.length === 0) await surveyBoot(runtime, boot, request);
      rates ??= await atCommonRate(runtime, boot, request);
      const undrained = await undrainedReasons(runtime, pair.this, request.signal);
      return { ...boot, why: [...boot.why, ...undrained] };
    } finally {
      await downPair(runtime, request.stage);
    }
  };
  const boots = await takeBoots({ recipe, take, ratio: ({ bins }) => ratioOfSums(bins) }).finally(() =>
    spinner?.stop(),
  );
  if (rates === null) throw new Error('a comparison has at least one boot');
  const { common, overload } = rates;
  const { counted } = boots;
  const [first] = counted;
  const bins = counted.map((boot) => boot.bins);
  const limiter = first.pair.this.limiter;
  const why = [...limiterReasons(limiter), ...new Set(counted.flatMap((boot) => boot.why))];
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
    latency: common,
    overload,
    atLimit: both((which) => first.atLimit[which]),
    saturated: both((which) => busiest(first.loads[which])?.name ?? null),
    saturatedShare: both((which) => busiest(first.loads[which])?.share ?? null),
    cpuMicrosPerRequest: both((which) => first.cpuMicrosPerRequest[which]),
    seconds: (performance.now() - clock) / 1000,
    provenance: await provenance({
      runtime,
      stacks: [first.pair.previous, first.pair.this],
      scenario: request.scenario,
      load: `closed loop, ${first.atLimit.previous.users} and ${first.atLimit.this.users} users`,
      durationSeconds: bins.reduce((sum, boot) => sum + boot.length, 0),
      conditions: [
        ...bootConditions(boots),
        spinner === null ? 'no spinner' : 'spinner',
        ...conditionsOf(counted.map((boot) => boot.setting)),
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

function rps(boots: readonly (readonly PairedBin[])[], which: Which): number {
  const bins = boots.flat();
  return bins.reduce((sum, bin) => sum + bin[which], 0) / bins.length;
}
