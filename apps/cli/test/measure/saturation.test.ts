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

  it('leaves another region’s idle boxes aside: they are no help', () => {
    const regions = [
      box('app-us-1', 'app', 0.12),
      box('app-eu-1', 'app', 0.12),
      box('lb-us', 'lb', 0.15),
      box('lb-eu', 'lb', 0.15),
    ];
    const idle = boxLoads(
      [
        used('app-us-1', 'app', 0.12),
        used('app-eu-1', 'app', 0),
        used('lb-us', 'lb', 0.03),
        used('lb-eu', 'lb', 0),
      ],
      regions,
      10,
    );
    expect(saturated(idle)).toMatchObject({ name: 'app-us-1', share: 1 });
    expect(tiers(idle).map(({ name }) => name)).toEqual(['app-us-1', 'app-eu-1', 'lb-us', 'lb-eu']);
  });

  it('is one shard alone: another one’s idleness does not sell its shows', () => {
    const shards = boxLoads(
      [used('shard-1', 'db', 0.085), used('shard-2', 'db', 0.07)],
      [box('shard-1', 'db', 0.085), box('shard-2', 'db', 0.085)],
      10,
    );
    expect(saturated(shards)).toMatchObject({ name: 'shard-1', share: 1 });
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
