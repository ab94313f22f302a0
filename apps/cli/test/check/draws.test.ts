import { describe, expect, it } from 'vitest';
import { drawChecks, floorFrom } from '../../src/bench/gate/draws.ts';
import { bootOf } from './boots.ts';

/** Twelve boots whose other version takes `times` the CPU, with the scatter that boots have. */
function boots(times: number) {
  const scatter: readonly number[] = [-3, 2, 1, -1, 4, -2, 0, 3, -4, 1, -1, 0];
  return scatter.map((percent, index) =>
    bootOf(
      {
        this: 1000,
        reference: 500 * (1 + (scatter[(index + 5) % 12] ?? 0) / 100),
        other: 1000 * times * (1 + percent / 100),
      },
      { turned: index % 2 === 1 },
    ),
  );
}

describe('checks drawn from the boots of a gate', () => {
  const unchanged = boots(1);
  const floor = floorFrom(unchanged);
  const known = {
    ...floor,
    against: { ...floor.against, throughput: 0.1 },
    reference: { ...floor.reference, throughput: 0.1 },
  };

  it('rarely call an unchanged version slower', () => {
    expect(drawChecks(unchanged, unchanged, known).against).toBeLessThan(0.02);
  });

  it('find a version that takes a tenth more', () => {
    expect(drawChecks(boots(1.1), unchanged, known).against).toBeGreaterThan(0.95);
  });

  it('hold a version against the baseline with its tolerance', () => {
    const at = (times: number) => drawChecks(boots(times), unchanged, known).baseline;
    expect(at(1.03)).toBeLessThan(0.05);
    expect(at(1.2)).toBeGreaterThan(0.95);
  });
});

describe('the floor', () => {
  it('is how far equal versions lie apart, around equality', () => {
    const always = [1, 2, 3, 4].map((n) =>
      bootOf({ this: 1000, reference: 500, other: 1030 }, { turned: n % 2 === 0 }),
    );
    expect(floorFrom(always).against.cpu).toBeCloseTo(Math.log(1.03), 6);
  });

  it('knows nothing of the places: whoever is first may always be cheaper', () => {
    const first = [1, 2, 3, 4].map((n) =>
      n % 2 === 0
        ? bootOf({ this: 1000, reference: 500, other: 1100 })
        : bootOf({ this: 1100, reference: 500, other: 1000 }, { turned: true }),
    );
    expect(floorFrom(first).against.cpu).toBeCloseTo(0, 10);
  });

  it('of the reference is around their mean: nobody knows what it ought to cost', () => {
    const always = [1, 2, 3, 4].map((n) =>
      bootOf({ this: 1000, reference: 500, other: 1000 }, { turned: n % 2 === 0 }),
    );
    expect(floorFrom(always).reference.cpu).toBeCloseTo(0, 10);
  });
});
