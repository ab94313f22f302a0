import { mean } from 'simple-statistics';
import { provenance } from '../measure/provenance.ts';
import { startSpinner } from '../measure/spinner.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { readStage } from '../stage/stages.ts';
import { type Baseline, boxesOf, referenceChecksum } from './baseline.ts';
import { type Amount, type BootFigures, MEASURED_SECONDS, type SideFigures } from './boot.ts';
import type { Contender, Role, Running } from './contender.ts';
import { besideBefore, besideReference, placesAt } from './contenders-of.ts';
import { side } from './evidence.ts';
import { isVoid, measureValidBoot } from './valid-boot.ts';

/** Its own uncertainty is part of every later verdict. */
export const BASELINE_BOOTS = 8;
/** For the reader: no verdict rests on the ratio to the stage before. */
const BOOTS_BESIDE_BEFORE = 2;

export interface BaselineRequest {
  readonly stage: number;
  readonly scenario: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** A stage's baseline, measured; and why it must not be kept, if it must not. */
export async function recordBaseline(
  runtime: Runtime,
  request: BaselineRequest,
): Promise<{ baseline: Baseline; why: readonly string[] }> {
  const { stage, scenario } = request;
  const startedAt = new Date();
  const spinner = await startSpinner();
  let besideIt: Series;
  let besideEarlier: Series | undefined;
  try {
    besideIt = await series(runtime, request, besideReference(stage), BASELINE_BOOTS);
    const kept = besideIt.boots.every(({ why }) => why.length === 0);
    if (stage > 1 && kept)
      besideEarlier = await series(runtime, request, besideBefore(stage), BOOTS_BESIDE_BEFORE);
  } finally {
    await spinner?.stop();
  }
  const { boots, amount, running } = besideIt;
  const own = boots.map((boot) => side(boot, 'this'));
  const average = (of: (figures: SideFigures) => number): number => mean(own.map(of));
  const { rates, users } = amount;
  const baseline: Baseline = {
    version: 1,
    stage,
    scenario,
    reference: await referenceChecksum(),
    boxes: boxesOf(await readStage(stage)),
    amount: { rates: defined(rates), users: defined(users) },
    figures: {
      ...ratios(boots, 'reference'),
      before: besideEarlier === undefined ? null : ratios(besideEarlier.boots, 'before'),
      boots: boots.length,
    },
    shown: {
      p50Ms: average((figures) => figures.p50Ms),
      p95Ms: average((figures) => figures.p95Ms),
      rps: average((figures) => figures.rps),
      cpuMicrosPerRequest: own.at(-1)?.cpuMicrosPerRequest ?? {},
    },
    provenance: {
      ...(await provenance({
        runtime,
        stacks: running.filter(({ role }) => role === 'this').map(({ state }) => state),
        scenario,
        load: `${rates.this?.toFixed(1)}/s`,
        durationSeconds: boots.length * MEASURED_SECONDS,
        conditions: [
          `${boots.length} boots`,
          ...besideIt.leftOut.map((why) => `taken once more: ${why}`),
          spinner === null ? 'no spinner' : 'spinner',
        ],
        startedAt,
      })),
    },
  };
  return {
    baseline,
    why: [...new Set([...boots, ...(besideEarlier?.boots ?? [])].flatMap(({ why }) => why))],
  };
}

interface Series {
  readonly boots: readonly BootFigures[];
  /** Why boots were void that another one took the place of. */
  readonly leftOut: readonly string[];
  readonly amount: Amount;
  readonly running: readonly Running[];
}

/** Boots of a pair that swaps places, all with the same amount of load. */
async function series(
  runtime: Runtime,
  { scenario, signal, onProgress }: BaselineRequest,
  pair: readonly Contender[],
  count: number,
): Promise<Series> {
  const boots: BootFigures[] = [];
  const leftOut: string[] = [];
  let last: Pick<Series, 'amount' | 'running'> | undefined;
  for (let index = 0; index < count; index += 1) {
    const boot = await measureValidBoot(runtime, {
      scenario,
      contenders: placesAt(index, pair),
      ...(last === undefined ? {} : { amount: last.amount }),
      signal,
      onProgress: (what) => onProgress(`beside the ${pair[1]?.role} ${index + 1} of ${count}: ${what}`),
    });
    boots.push(boot.figures);
    leftOut.push(...boot.leftOut);
    last = boot;
    // It will not be kept.
    if (isVoid(boot)) break;
  }
  if (last === undefined) throw new RangeError('a series has at least one boot');
  return { boots, leftOut, amount: last.amount, running: last.running };
}

/** `this` over another role: geometric means over the boots. */
function ratios(boots: readonly BootFigures[], to: Role): { cpuRatio: number; throughputRatio: number } {
  const over = (of: (figures: SideFigures) => number) =>
    Math.exp(mean(boots.map((boot) => Math.log(of(side(boot, 'this')) / of(side(boot, to))))));
  return { cpuRatio: over(({ appMicros }) => appMicros), throughputRatio: over(({ rps }) => rps) };
}

function defined(amounts: Amount['rates']): Record<string, number> {
  return Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== undefined));
}
