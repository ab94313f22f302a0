import { describe, expect, it } from 'vitest';
import { boxLoads } from '../../src/measure/saturation.ts';
import type { SideSummary } from '../../src/measure/summary.ts';
import { limiterReasons, saturationReasons, voidReasons } from '../../src/measure/validity.ts';
import type { Limiter } from '../../src/runtime/runtime.ts';
import { box, stackState } from './stack-state.ts';

const good: SideSummary = {
  startedAt: 1,
  requests: 2000,
  purchases: 20,
  soldOut: 0,
  wrong: { transport: 0, status: 0, shape: 0 },
  dropped: 0,
  latency: null,
  actions: {},
  steps: [],
  files: null,
};
const stack = stackState([box('app-1', 'app', 0.12), box('db', 'db', 0.08)]);

function why(
  change: Partial<SideSummary>,
  after: typeof stack | null = stack,
  k6Cores: number | null = 0.3,
): string {
  return voidReasons(
    [{ name: 'stage 4', summary: { ...good, ...change }, loads: [], before: stack, after }],
    k6Cores,
  ).join('; ');
}

describe('a run', () => {
  it('is valid when everything was answered, rightly, by boxes that stayed', () => {
    expect(why({})).toBe('');
    expect(why({ wrong: { transport: 1, status: 0, shape: 0 } })).toBe('');
  });

  it.each([
    [{ dropped: 3 }, 'k6 dropped 3 iterations meant for stage 4'],
    [{ soldOut: 1 }, 'ran out of seats'],
    [{ requests: 0 }, 'answered nothing'],
    [{ wrong: { transport: 0, status: 2, shape: 0 } }, '2 of 2000 answers were wrong'],
    [{ wrong: { transport: 0, status: 0, shape: 5 } }, '5 content'],
  ])('is void for %o', (change, reason) => {
    expect(why(change)).toContain(reason);
  });

  it('is void when a box was restarted, replaced or is gone', () => {
    const [app, db] = [box('app-1', 'app', 0.12), box('db', 'db', 0.08)];
    expect(why({}, stackState([{ ...app, restarts: 1 }, db]))).toContain('app-1 was restarted');
    expect(why({}, stackState([app, { ...db, pid: 7 }]))).toContain('db was restarted');
    expect(why({}, stackState([app]))).toContain('db was restarted, killed or removed');
    expect(why({}, null)).toContain('went away');
  });

  it('is void when the load generator had no CPU left, and not when nobody knows', () => {
    expect(why({}, stack, 0.95)).toContain('starved');
    expect(why({}, stack, null)).toBe('');
  });

  it('is void when the supervisor let a box use more than its quota, and the kernel did not hold it', () => {
    const use = {
      box: 'db',
      cpuMicros: 90_000,
      throttledMicros: 0,
      periods: 20,
      throttledPeriods: 20,
      memoryBytes: 0,
    };
    const whyOf = (limiter: Limiter, cpuMicros: number) => {
      const before = { ...stack, limiter };
      const loads = boxLoads([{ ...use, kind: 'db', cpuMicros }], stack.boxes, 1);
      return voidReasons([{ name: 'stage 4', summary: good, loads, before, after: stack }], 0.3);
    };
    expect(whyOf('stop-and-go', 83_000)).toEqual([]);
    expect(whyOf('stop-and-go', 88_000)).toEqual([
      'stage 4: the limiter could not keep up: db used 110 % of its quota',
    ]);
    expect(whyOf('cgroup-v1', 88_000)).toEqual([]);
  });

  it('claims no gain for quotas that nothing enforces', () => {
    expect(limiterReasons('none')).toHaveLength(1);
    expect(limiterReasons('cgroup-v1')).toEqual([]);
  });

  it('compares capacities only of a side at its limit', () => {
    const at = (share: number) => [
      {
        box: 'db',
        service: 'db',
        kind: 'db',
        cores: 0.08 * share,
        quota: 0.08,
        share,
        throttled: 0,
        cpuMicros: 1,
        memoryBytes: 1,
      },
    ];
    expect(saturationReasons('stage 3', at(0.98))).toEqual([]);
    expect(saturationReasons('stage 3', at(0.9))[0]).toContain('db, used 90 %');
  });
});
