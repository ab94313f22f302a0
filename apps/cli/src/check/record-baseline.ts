import { mean } from 'simple-statistics';
import { provenance } from '../measure/provenance.ts';
import { startSpinner } from '../measure/spinner.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Baseline, referenceChecksum } from './baseline.ts';
import { type Amount, type BootFigures, measureBoot, type SideFigures } from './boot.ts';
import type { Role, Running } from './contender.ts';
import { withReference } from './contenders-of.ts';
import { side } from './evidence.ts';

/** Its own uncertainty is part of every later verdict. */
const BOOTS = 6;

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
  const { stage, scenario, signal, onProgress } = request;
  const startedAt = new Date();
  const spinner = await startSpinner();
  const boots: BootFigures[] = [];
  let amount: Amount | undefined;
  let running: readonly Running[] = [];
  const contenders = withReference(stage);
  try {
    for (let number = 1; number <= BOOTS; number += 1) {
      const order = number % 2 === 1 ? contenders : contenders.toReversed();
      const measured = await measureBoot(runtime, {
        scenario,
        contenders: order,
        ...(amount === undefined ? {} : { amount }),
        signal,
        onProgress: (what) => onProgress(`boot ${number} of ${BOOTS}: ${what}`),
      });
      boots.push(measured.figures);
      ({ amount, running } = measured);
    }
  } finally {
    await spinner?.stop();
  }
  if (amount === undefined) throw new Error('a baseline has at least one boot');
  const own = boots.map((boot) => side(boot, 'this'));
  const average = (of: (figures: SideFigures) => number): number => mean(own.map(of));
  const { rates, users, inTurn } = amount;
  const baseline: Baseline = {
    version: 1,
    stage,
    scenario,
    reference: await referenceChecksum(),
    amount: { rates: defined(rates), users: defined(users), inTurn },
    figures: {
      ...ratios(boots, 'reference'),
      before: stage > 1 ? ratios(boots, 'before') : null,
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
        durationSeconds: boots.length * 10,
        conditions: [`${boots.length} boots`, spinner === null ? 'no spinner' : 'spinner'],
        startedAt,
      })),
    },
  };
  return { baseline, why: [...new Set(boots.flatMap(({ why }) => why))] };
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
