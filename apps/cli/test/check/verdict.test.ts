import { describe, expect, it } from 'vitest';
import { type Against, evidenceOf, wordOf } from '../../src/check/evidence.ts';
import { cpuWord, ratioOf, throughputWord } from '../../src/check/verdict.ts';
import { bootOf, FLOOR } from './boots.ts';

const SIGMA = 0.026;
const logs = (...ratios: number[]) => ratios.map(Math.log);

describe('a ratio and its interval', () => {
  it('is the geometric mean of the runs', () => {
    expect(ratioOf({ logs: logs(1.1, 1 / 1.1), sigma: SIGMA }).ratio).toBeCloseTo(1, 10);
  });

  it('is as wide as the measured floor says, however alike the runs at hand', () => {
    const [low, high] = ratioOf({ logs: logs(1, 1), sigma: SIGMA }).interval;
    expect(high).toBeCloseTo(Math.exp((2.326 * SIGMA) / Math.sqrt(2)), 6);
    expect(low).toBeCloseTo(1 / high, 6);
  });

  it('is narrower where less confidence will do', () => {
    const [, high] = ratioOf({ logs: logs(1), sigma: SIGMA, confidence: 95 }).interval;
    expect(high).toBeCloseTo(Math.exp(1.96 * SIGMA), 6);
  });

  it('shrinks with more runs, but not below what the baseline itself is uncertain by', () => {
    const half = (runs: number) => {
      const { interval } = ratioOf({ logs: new Array(runs).fill(0), sigma: SIGMA, baseSigma: 0.01 });
      return Math.log(interval[1]);
    };
    expect(half(8)).toBeLessThan(half(2));
    expect(half(1e6)).toBeCloseTo(2.326 * 0.01, 4);
  });
});

describe('CPU per request', () => {
  it('is slower when even the low end of the interval says so', () => {
    expect(cpuWord({ logs: logs(1.08, 1.07), sigma: SIGMA })).toBe('slower');
    expect(cpuWord({ logs: logs(1.03, 1.03), sigma: SIGMA })).toBe('holds');
  });

  it('that became less never counts', () => {
    expect(cpuWord({ logs: logs(0.7, 0.7), sigma: SIGMA })).toBe('holds');
  });

  it('may differ by the tolerance from a baseline of another day', () => {
    expect(cpuWord({ logs: logs(1.07, 1.07), sigma: SIGMA, tolerance: 0.05 })).toBe('holds');
    expect(cpuWord({ logs: logs(1.15, 1.14), sigma: SIGMA, tolerance: 0.05 })).toBe('slower');
  });
});

describe('throughput', () => {
  it('counts only when the loss is beyond what boots differ by', () => {
    expect(throughputWord({ logs: logs(0.85, 0.85), sigma: 0.12 })).toBe('holds');
    expect(throughputWord({ logs: logs(0.7, 0.7), sigma: 0.12 })).toBe('slower');
  });
});

describe('the evidence of a check', () => {
  const version: Against = { kind: 'version' };
  const baseline = (cpuRatio: number): Against => ({
    kind: 'baseline',
    figures: { cpuRatio, throughputRatio: 1, before: null, boots: 6 },
  });

  it('against a version is this over the other, side by side', () => {
    const boots = [bootOf({ this: 1100, reference: 500, other: 1000 })];
    expect(evidenceOf(boots, version, FLOOR).cpu.logs[0]).toBeCloseTo(Math.log(1.1), 10);
  });

  it('against a baseline is what is left when the machine’s speed cancels', () => {
    // The same version on a machine that is twice as slow.
    const boots = [bootOf({ this: 2000, reference: 1000, before: 900 })];
    expect(evidenceOf(boots, baseline(2), FLOOR).cpu.logs[0]).toBeCloseTo(0, 10);
    expect(wordOf(evidenceOf(boots, baseline(2), FLOOR))).toBe('holds');
  });

  it('finds a stage whose apps became dearer than its baseline', () => {
    const boots = [1, 2, 3].map(() => bootOf({ this: 2400, reference: 1000, before: 900 }));
    expect(wordOf(evidenceOf(boots, baseline(2), FLOOR))).toBe('slower');
  });

  it('finds what costs no CPU by the answers that are missing', () => {
    const boots = [1, 2, 3].map(() =>
      bootOf({ this: 1000, reference: 500, other: 1000 }, { rps: { this: 25, other: 50 } }),
    );
    expect(wordOf(evidenceOf(boots, version, FLOOR))).toBe('slower');
  });
});
