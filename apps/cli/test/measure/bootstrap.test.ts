import { describe, expect, it } from 'vitest';
import { BOOTSTRAP, type PairedBin, ratioInterval, ratioOfSums } from '../../src/measure/bootstrap.ts';

/** A machine whose speed wanders by ±30 %: both sides of a second feel it alike. */
function noisy(seconds: number, ratio: number): PairedBin[] {
  return Array.from({ length: seconds }, (_, second) => {
    const speed = 1 + 0.3 * Math.sin(second / 2) + 0.1 * Math.sin(second * 5);
    return { previous: Math.round(100 * speed), this: Math.round(100 * ratio * speed) };
  });
}

const width = ([low, high]: readonly [number, number]) => high - low;

describe('the ratio of capacities', () => {
  it('is the ratio of the sums, not the mean of the ratios', () => {
    const bins = [
      { previous: 10, this: 40 },
      { previous: 90, this: 60 },
    ];
    expect(ratioOfSums(bins)).toBe(1);
  });

  it('cancels noise that hits both sides: the interval is no wider than the boots differ', () => {
    const { ratio, interval } = ratioInterval([noisy(24, 2.5), noisy(24, 2.5)]);
    expect(ratio).toBeCloseTo(2.5, 1);
    expect(interval[0]).toBeLessThan(2.5);
    expect(interval[1]).toBeGreaterThan(2.5);
    // 2 % per boot, two boots: ±1.96 · 2 % / √2.
    expect(width(interval) / ratio).toBeGreaterThan(0.045);
    expect(width(interval) / ratio).toBeLessThan(0.065);
  });

  it('would be far wider if the sides were drawn apart', () => {
    const paired = noisy(24, 2.5);
    const apart = paired.map((bin, second) => ({ ...bin, this: paired[(second + 6) % 24]?.this ?? 0 }));
    const none = { ...BOOTSTRAP, bootSigma: 0 };
    expect(width(ratioInterval([apart], none).interval)).toBeGreaterThan(
      4 * width(ratioInterval([paired], none).interval),
    );
  });

  it('has no width at all for constant bins without boot variance', () => {
    const bins = Array.from({ length: 24 }, () => ({ previous: 50, this: 150 }));
    const { ratio, interval } = ratioInterval([bins], { ...BOOTSTRAP, bootSigma: 0 });
    for (const value of [ratio, ...interval]) expect(value).toBeCloseTo(3, 9);
  });

  it('is the median of three boots, so that one odd boot does not carry it away', () => {
    const boots = [2.5, 2.52, 4].map((ratio) => [{ previous: 1000, this: 1000 * ratio }]);
    expect(ratioInterval(boots).ratio).toBeCloseTo(2.52);
    expect(ratioInterval(boots).interval[1]).toBeLessThan(3);
  });

  it('owns up to boots that differ more than usual', () => {
    const boots = [2.4, 2.7].map((ratio) => [{ previous: 1000, this: 1000 * ratio }]);
    const { ratio, interval } = ratioInterval(boots);
    expect(width(interval) / ratio).toBeGreaterThan(0.2);
  });

  it('is the same every time for the same bins', () => {
    expect(ratioInterval([noisy(24, 3)])).toEqual(ratioInterval([noisy(24, 3)]));
  });

  it('covers the true ratio about 95 times in 100', () => {
    const options = { ...BOOTSTRAP, resamples: 400, bootSigma: 0 };
    let covered = 0;
    let state = 7;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
    for (let run = 0; run < 200; run++) {
      const bins = Array.from({ length: 48 }, () => ({
        previous: 80 + 40 * random(),
        this: 2 * (80 + 40 * random()),
      }));
      const [low, high] = ratioInterval([bins], options).interval;
      if (low <= 2 && 2 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(175);
  });
});
