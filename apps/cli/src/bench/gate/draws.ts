import { mean, sampleVariance } from 'simple-statistics';
import type { BootFigures } from '../../check/boot.ts';
import { type Against, BOOTS_A_RUN, evidenceOf, side, wordOf } from '../../check/evidence.ts';
import type { Floor } from '../../check/floor.ts';
import { BASELINE_BOOTS } from '../../check/record-baseline.ts';
import { mulberry32 } from '../../measure/bootstrap.ts';

/** Checks of real size that are drawn from the boots of a stage. */
export const DRAWS = 4000;
const SEED = 20_251;

/**
 * Share of the checks that call the other version of these boots slower. Each draw is a check as `check` makes it, of
 * boots drawn with replacement, by turns of either order of places, and a second run where the first says slower.
 *
 * @param boots of the unchanged version (`this`) beside the one in question (`other`)
 */
export function drawVersions(boots: readonly BootFigures[], floor: Floor): number {
  const pick = picker();
  return draw(boots.map(asChecked), pick, floor, () => ({ kind: 'version' }));
}

/**
 * Share of the checks that call the version of these boots slower than its baseline, which is drawn anew for each.
 *
 * @param boots of the version in question beside the reference
 * @param unchanged the same of the unchanged version: what baselines are recorded from
 */
export function drawBaselines(
  boots: readonly BootFigures[],
  unchanged: readonly BootFigures[],
  floor: Floor,
): number {
  const pick = picker();
  return draw(boots, pick, floor, () => {
    const recorded = Array.from({ length: BASELINE_BOOTS }, () => pick(unchanged));
    const over = (of: Figure) => Math.exp(mean(recorded.map((boot) => log(boot, of, 'reference'))));
    const figures = {
      cpuRatio: over('cpu'),
      throughputRatio: over('throughput'),
      before: null,
      boots: BASELINE_BOOTS,
    };
    return { kind: 'baseline', figures };
  });
}

/** How far equal versions lie apart in runs of such boots, and a version from the reference. */
export function floorFrom(versions: readonly BootFigures[], references: readonly BootFigures[]): Floor {
  const spread = (boots: readonly BootFigures[], to: 'other' | 'reference', of: Figure) => {
    const logs = boots.map((boot) => log(boot, of, to));
    const chance = sampleVariance(logs) / BOOTS_A_RUN;
    // Equal versions are equal: what is left of their mean is error. Nobody knows what the reference ought to cost.
    const bias = to === 'other' ? mean(logs) : 0;
    return Math.sqrt(chance + bias ** 2);
  };
  const of = (boots: readonly BootFigures[], to: 'other' | 'reference') => ({
    cpu: spread(boots, to, 'cpu'),
    throughput: spread(boots, to, 'throughput'),
  });
  return {
    against: of(versions, 'other'),
    reference: of(references, 'reference'),
    boots: Math.min(versions.length, references.length),
  };
}

type Figure = 'cpu' | 'throughput';
type Pick = (from: readonly BootFigures[]) => BootFigures;

function draw(boots: readonly BootFigures[], pick: Pick, floor: Floor, against: () => Against): number {
  const turns = turnsOf(boots);
  const run = () => Array.from({ length: BOOTS_A_RUN }, (_, index) => pick(turns[index % 2] ?? []));
  let slower = 0;
  for (let check = 0; check < DRAWS; check += 1) {
    const of = against();
    const first = run();
    if (wordOf(evidenceOf(first, of, floor)) === 'holds') continue;
    if (wordOf(evidenceOf([...first, ...run()], of, floor)) === 'slower') slower += 1;
  }
  return slower / DRAWS;
}

function picker(): Pick {
  const random = mulberry32(SEED);
  return (from) => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new RangeError('there are no boots to draw from');
    return found;
  };
}

/** The changed version is the `other` of the gate's boots, and what is checked in a check. */
function asChecked(boot: BootFigures): BootFigures {
  const [unchanged, changed] = [side(boot, 'this'), side(boot, 'other')];
  const places = boot.places.map((role) => (role === 'this' ? 'other' : 'this'));
  return { ...boot, places, sides: { this: changed, other: unchanged } };
}

/** Those with `this` in the first place, and those with it in the last. */
function turnsOf(boots: readonly BootFigures[]): BootFigures[][] {
  return [true, false].map((first) => boots.filter(({ places }) => (places[0] === 'this') === first));
}

function log(boot: BootFigures, of: Figure, to: 'other' | 'reference'): number {
  const value = (role: 'this' | 'other' | 'reference') => {
    const { appMicros, rps } = side(boot, role);
    return of === 'cpu' ? appMicros : rps;
  };
  return Math.log(value('this') / value(to));
}
