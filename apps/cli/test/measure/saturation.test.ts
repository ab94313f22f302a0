import { describe, expect, it } from 'vitest';
import { boxLoads, saturated, tiers } from '../../src/measure/saturation.ts';
import { difference } from '../../src/measure/watch.ts';
import { box } from './stack-state.ts';

const boxes = [
  box('lb', 'lb', 0.15),
  box('app-1', 'app', 0.12),
  box('app-2', 'app', 0.12),
  box('db', 'db', 0.08),
  box('mail', 'mail', null),
];

function used(name: string, kind: string, cores: number, throttledPeriods = 0) {
  return {
    box: name,
    kind,
    cpuMicros: cores * 10e6,
    throttledMicros: 0,
    periods: 200,
    throttledPeriods,
    memoryBytes: 1,
  };
}

const loads = boxLoads(
  [
    used('lb', 'lb', 0.03),
    used('app-1', 'app', 0.12, 150),
    used('app-2', 'app', 0.09),
    used('db', 'db', 0.078, 120),
    used('mail', 'mail', 0.5),
  ],
  boxes,
  10,
);

describe('the saturated box', () => {
  it('is the one nearest to its quota, not the one that uses most', () => {
    expect(saturated(loads)).toMatchObject({ name: 'db' });
    expect(saturated(loads)?.share).toBeCloseTo(0.975);
  });

  it('takes instances together: one busy app of two is no bottleneck', () => {
    expect(tiers(loads).find((tier) => tier.name === 'app ×2')?.share).toBeCloseTo(0.875);
  });

  it('is none when every box has room, and a box without quota never is', () => {
    expect(saturated(loads.filter((load) => load.kind !== 'db'))).toBeNull();
  });

  it('stands throttled for the share of its periods', () => {
    expect(loads.find((load) => load.box === 'app-1')?.throttled).toBe(0.75);
  });
});

describe('the use between two moments', () => {
  const at = (atMs: number, cpuMicros: number) => ({ atMs, usage: [{ ...used('db', 'db', 0), cpuMicros }] });

  it('is interpolated between the samples around them', () => {
    const samples = [at(0, 0), at(1000, 100), at(2000, 300)];
    expect(difference(samples, 500, 1500)[0]?.cpuMicros).toBe(150);
  });

  it('leaves a box out that began anew', () => {
    expect(difference([at(0, 500), at(1000, 20), at(2000, 40)], 0, 2000)).toEqual([]);
  });
});
