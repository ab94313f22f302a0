import { describe, expect, it } from 'vitest';
import { drawBaselines, drawVersions, floorFrom } from '../../src/bench/gate/draws.ts';
import { BOOTS_A_RUN } from '../../src/check/evidence.ts';
import { bootOf } from './boots.ts';

/** The scatter that twelve boots have, percent. */
const SCATTER: readonly number[] = [-3, 2, 1, -1, 4, -2, 0, 3, -4, 1, -1, 0];

/** Boots whose other version takes `times` the CPU. */
const besideOther = (times: number) =>
  SCATTER.map((percent, index) =>
    bootOf({ this: 1000, other: 1000 * times * (1 + percent / 100) }, { turned: index % 2 === 1 }),
  );

/** Boots of a version that takes `times` the CPU, beside the reference. */
const besideReference = (times: number) =>
  SCATTER.map((percent, index) =>
    bootOf({ this: 1000 * times * (1 + percent / 100), reference: 500 }, { turned: index % 2 === 1 }),
  );

const measured = floorFrom(besideOther(1), besideReference(1));
const floor = {
  ...measured,
  against: { ...measured.against, throughput: 0.1 },
  reference: { ...measured.reference, throughput: 0.1 },
};

describe('checks drawn from the boots of a gate', () => {
  it('rarely call an unchanged version slower', () => {
    expect(drawVersions(besideOther(1), floor)).toBeLessThan(0.02);
  });

  it('find a version that takes a tenth more', () => {
    expect(drawVersions(besideOther(1.1), floor)).toBeGreaterThan(0.95);
  });

  it('do not take a cheaper one for a dearer one', () => {
    expect(drawVersions(besideOther(0.9), floor)).toBe(0);
  });

  it('hold a version against the baseline with its tolerance', () => {
    const at = (times: number) => drawBaselines(besideReference(times), besideReference(1), floor);
    expect(at(1.03)).toBeLessThan(0.05);
    expect(at(1.2)).toBeGreaterThan(0.95);
  });
});

describe('the floor', () => {
  const turn = [false, true, false, true];
  const reference = turn.map((turned) => bootOf({ this: 1000, reference: 500 }, { turned }));

  it('is how far equal versions lie apart, around equality', () => {
    const always = turn.map((turned) => bootOf({ this: 1000, other: 1030 }, { turned }));
    expect(floorFrom(always, reference).against.cpu).toBeCloseTo(Math.log(1.03), 6);
  });

  it('is the narrower, the more boots a run has', () => {
    const apart = turn.map((turned) => bootOf({ this: 1000, other: turned ? 1100 : 1000 / 1.1 }, { turned }));
    const sigmaOfABoot = Math.log(1.1) * Math.sqrt(4 / 3);
    expect(floorFrom(apart, reference).against.cpu).toBeCloseTo(sigmaOfABoot / Math.sqrt(BOOTS_A_RUN), 6);
  });

  it('of the reference is around their mean: nobody knows what it ought to cost', () => {
    const equal = turn.map((turned) => bootOf({ this: 1000, other: 1000 }, { turned }));
    expect(floorFrom(equal, reference).reference.cpu).toBeCloseTo(0, 10);
  });
});
