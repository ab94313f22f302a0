import { describe, expect, it } from 'vitest';
import { bottlenecks } from '../../src/journey/bottlenecks.ts';
import { boxLoad, step } from './hand-made.ts';

const at = (...loads: readonly ReturnType<typeof boxLoad>[]) => ({ rps: 1, p50Ms: 1, p95Ms: 1, loads });
const idle = at(boxLoad('lb', 'lb', 0.9), boxLoad('db', 'db', 0.1));
const before = at(boxLoad('app-1', 'app', 0.6), boxLoad('db', 'db', 0.99));
const now = at(boxLoad('app-1', 'app', 1), boxLoad('app-2', 'app', 0.96), boxLoad('db', 'db', 0.5));

describe('what holds the stages up', () => {
  it('is the fullest kind of box of each where it had most to do', () => {
    const rungs = [
      { users: 1, previous: idle, this: idle },
      { users: 22, previous: before, this: now },
    ];
    expect(bottlenecks(null, rungs)).toEqual({
      previous: { box: 'db', share: 0.99 },
      this: { box: 'app ×2', share: 0.98 },
    });
  });

  it('is what a comparison of capacities found at the limit, where there is one', () => {
    const rungs = [{ users: 22, previous: idle, this: idle }];
    expect(bottlenecks(step(4, [2.7, 2.9]), rungs)).toEqual({
      previous: { box: 'db', share: 0.99 },
      this: { box: 'db', share: 0.98 },
    });
  });

  it('is unknown before the first stage, and where nothing has a quota', () => {
    const unlimited = at({ ...boxLoad('app', 'app', 1), share: null });
    expect(bottlenecks(null, [{ users: 1, previous: null, this: unlimited }])).toEqual({
      previous: null,
      this: null,
    });
  });
});
