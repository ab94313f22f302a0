import { mean, sampleVariance } from 'simple-statistics';
import type { BootFigures } from '../../check/boot.ts';
import { type Against, BOOTS_A_RUN, evidenceOf, side, wordOf } from '../../check/evidence.ts';
import type { Floor } from '../../check/floor.ts';
import { mulberry32 } from '../../measure/bootstrap.ts';

/** Checks of real size that are drawn from the boots of a stage. */
export const DRAWS = 4000;
/** As `pnpm stage N baseline` takes. */
const BASELINE_BOOTS = 6;
const SEED = 20_251;

/** Of the checks drawn: how many said that the version was slower. */
export interface Drawn {
  readonly against: number;
  readonly baseline: number;
}

/**
 * How often does a check find this change? Each draw is a check as `check` makes it, of boots drawn with replacement:
 * half of them with the versions in the one order, half in the other, and a second run where the first says slower. A
 * baseline is drawn from boots of unchanged versions.
 *
 * @param boots of A beside the changed version (`other`)
 * @param unchanged of A beside A
 */
export function drawChecks(
  boots: readonly BootFigures[],
  unchanged: readonly BootFigures[],
  floor: Floor,
): Drawn {
  const random = mulberry32(SEED);
  const pick = (from: readonly BootFigures[]): BootFigures => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new RangeError('there are no boots to draw from');
    return found;
  };
  const turns = [0, 1].map((turn) => boots.filter((boot) => turnOf(boot) === turn));
  const run = () =>
    Array.from({ length: BOOTS_A_RUN }, (_, index) => asChecked(pick(turns[index % 2] ?? [])));
  const says = (against: () => Against): number => {
    let slower = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const of = against();
      const first = run();
      if (wordOf(evidenceOf(first, of, floor)) === 'holds') continue;
      if (wordOf(evidenceOf([...first, ...run()], of, floor)) === 'slower') slower += 1;
    }
    return slower / DRAWS;
  };
  return {
    against: says(() => ({ kind: 'version' })),
    baseline: says(() => {
      const recorded = Array.from({ length: BASELINE_BOOTS }, () => pick(unchanged));
      const over = (of: (boot: BootFigures) => number) => Math.exp(mean(recorded.map(of)));
      const figures = {
        cpuRatio: over((boot) => log(boot, 'cpu')),
        throughputRatio: over((boot) => log(boot, 'throughput')),
        before: null,
        boots: BASELINE_BOOTS,
      };
      return { kind: 'baseline', figures };
    }),
  };
}

/**
 * How far equal versions lie apart in runs of these boots, and each from the reference: a run is the mean of one boot of
 * either order, which differ by more than chance, so σ² of the run is a quarter of the sum of theirs.
 */
export function floorFrom(unchanged: readonly BootFigures[]): Floor {
  const turns = [0, 1].map((turn) => unchanged.filter((boot) => turnOf(boot) === turn));
  const spread = (to: 'other' | 'reference', of: 'cpu' | 'throughput') => {
    const logs = turns.map((boots) => boots.map((boot) => log(boot, of, to)));
    const chance = logs.reduce((sum, values) => sum + sampleVariance(values), 0) / BOOTS_A_RUN ** 2;
    // Equal versions are equal: what is left of their mean is error. Nobody knows what the reference ought to cost.
    const bias = to === 'other' ? mean(logs.map((values) => mean(values))) : 0;
    return Math.sqrt(chance + bias ** 2);
  };
  const of = (to: 'other' | 'reference') => ({
    cpu: spread(to, 'cpu'),
    throughput: spread(to, 'throughput'),
  });
  const runs = Math.min(...turns.map(({ length }) => length));
  return { against: of('other'), reference: of('reference'), runs };
}

/** The changed version is the `other` of the gate's boots, and what is checked in a check. */
function asChecked(boot: BootFigures): BootFigures {
  const { this: unchanged, other: changed, ...rest } = boot.sides;
  if (unchanged === undefined || changed === undefined) throw new Error('a gate boot has two versions');
  return { ...boot, sides: { ...rest, this: changed, other: unchanged } };
}

function turnOf({ places }: BootFigures): 0 | 1 {
  return places[0] === 'this' ? 0 : 1;
}

function log(boot: BootFigures, of: 'cpu' | 'throughput', to: 'other' | 'reference' = 'reference'): number {
  const value = (role: 'this' | 'other' | 'reference') => {
    const { appMicros, rps } = side(boot, role);
    return of === 'cpu' ? appMicros : rps;
  };
  return Math.log(value('this') / value(to));
}
