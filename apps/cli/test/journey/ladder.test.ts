import { describe, expect, it } from 'vitest';
import { climb } from '../../src/journey/ladder.ts';
import { sideRun } from './hand-made.ts';

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

  it('climbs a void rung once more', async () => {
    let spoilt = true;
    const asked: number[] = [];
    const { why } = await climb(
      async (users) => {
        asked.push(users);
        const starved = users === 4 && spoilt;
        if (starved) spoilt = false;
        return {
          sides: { previous: null, this: sideRun('this', users, []) },
          why: starved ? ['k6 was starved'] : [],
        };
      },
      LADDER,
      silent,
    );
    expect(asked).toEqual([1, 4, 4, 10, 22]);
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
});
