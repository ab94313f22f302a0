import { describe, expect, it } from 'vitest';
import { bottlenecks, climb } from '../../src/journey/ladder.ts';
import { boxLoad, sideRun } from './hand-made.ts';

const LADDER = { users: [1, 4, 10, 22], lead: 1, duration: 3 };
const silent = () => undefined;

describe('the ladder of loads', () => {
  it('puts more and more users on both, a lead and a measured time each', async () => {
    const asked: unknown[] = [];
    const { rungs, why } = await climb(
      async (users, seconds) => {
        asked.push({ users, ...seconds });
        const side = (name: string, rps: number) => sideRun(name, rps, []);
        return { sides: { previous: side('previous', users), this: side('this', users * 2) }, why: [] };
      },
      LADDER,
      silent,
    );
    expect(asked).toEqual([1, 4, 10, 22].map((users) => ({ users, lead: 1, duration: 3 })));
    expect(rungs.map((rung) => [rung.users, rung.previous?.rps, rung.this.rps])).toEqual([
      [1, 1, 2],
      [4, 4, 8],
      [10, 10, 20],
      [22, 22, 44],
    ]);
    expect(rungs[0]?.this).toMatchObject({ p50Ms: 4, p95Ms: 9 });
    expect(why).toEqual([]);
  });

  it('says on which rung something went wrong, and climbs on', async () => {
    const { rungs, why } = await climb(
      async (users) => ({
        sides: { previous: null, this: sideRun('this', users, []) },
        why: users === 10 ? ['stage 1 ran out of seats'] : [],
      }),
      LADDER,
      silent,
    );
    expect(rungs).toHaveLength(4);
    expect(why).toEqual(['with 10 users: stage 1 ran out of seats']);
  });

  it('finds the fullest box of each stage where it had most to do', () => {
    const at = (...loads: readonly ReturnType<typeof boxLoad>[]) => ({ rps: 1, p50Ms: 1, p95Ms: 1, loads });
    const low = at(boxLoad('lb', 'lb', 0.9), boxLoad('db', 'db', 0.1));
    const before = at(boxLoad('app-1', 'app', 0.6), boxLoad('db', 'db', 0.99));
    const now = at(boxLoad('app-1', 'app', 1), boxLoad('app-2', 'app', 0.96), boxLoad('db', 'db', 0.5));
    const rungs = [
      { users: 1, previous: low, this: low },
      { users: 22, previous: before, this: now },
    ];
    expect(bottlenecks(rungs)).toEqual({
      bottleneckBefore: { box: 'db', share: 0.99 },
      bottleneck: { box: 'app ×2', share: 0.98 },
    });
  });

  it('knows no bottleneck of a stage before the first, nor where nothing has a quota', () => {
    const at = { rps: 1, p50Ms: 1, p95Ms: 1, loads: [{ ...boxLoad('app', 'app', 1), share: null }] };
    expect(bottlenecks([{ users: 1, previous: null, this: at }])).toEqual({
      bottleneckBefore: null,
      bottleneck: null,
    });
  });
});
