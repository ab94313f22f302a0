import { describe, expect, it } from 'vitest';
import { bootConditions, takeBoots } from '../../src/measure/boots.ts';

interface Boot {
  readonly ratio: number;
  readonly why: readonly string[];
}

const sound = (ratio: number): Boot => ({ ratio, why: [] });
const starved = (ratio: number): Boot => ({ ratio, why: ['k6 was starved'] });

/** Takes these boots in turn, thirty seconds each, as far as they are asked for. */
async function take(
  boots: readonly Boot[],
  recipe: { boots: number; mostBoots?: number; budgetSeconds: number },
) {
  let clock = 0;
  let taken = 0;
  const found = await takeBoots<Boot>({
    recipe,
    take: async (before) => {
      expect(before).toEqual(boots.slice(0, taken));
      clock += 30_000;
      const boot = boots[taken++];
      if (boot === undefined) throw new RangeError('one more was taken than there are');
      return boot;
    },
    ratio: ({ ratio }) => ratio,
    now: () => clock,
  });
  return { taken, ratios: found.counted.map(({ ratio }) => ratio), conditions: bootConditions(found) };
}

describe('the boots of a comparison', () => {
  it('as many as the recipe wants, if they agree', async () => {
    expect(await take([sound(2), sound(2.1), sound(3)], { boots: 2, budgetSeconds: 300 })).toEqual({
      taken: 2,
      ratios: [2, 2.1],
      conditions: ['2 boots'],
    });
    expect(await take([sound(2), sound(3)], { boots: 1, budgetSeconds: 300 })).toMatchObject({ taken: 1 });
  });

  it('a third where two differ, if it ends in time and the recipe lets it', async () => {
    const boots = [sound(2), sound(2.3), sound(2.2)];
    expect(await take(boots, { boots: 2, budgetSeconds: 90 })).toMatchObject({ ratios: [2, 2.3, 2.2] });
    expect(await take(boots, { boots: 2, budgetSeconds: 89 })).toMatchObject({ ratios: [2, 2.3] });
    expect(await take(boots, { boots: 2, mostBoots: 2, budgetSeconds: 90 })).toMatchObject({ taken: 2 });
  });

  it('one in the place of a void one, which is told of and does not count', async () => {
    for (const boots of [
      [starved(9), sound(2), sound(2.1)],
      [sound(2), starved(9), sound(2.1)],
    ])
      expect(await take(boots, { boots: 2, mostBoots: 2, budgetSeconds: 90 })).toEqual({
        taken: 3,
        ratios: [2, 2.1],
        conditions: ['2 boots', 'a void boot left out (k6 was starved)'],
      });
  });

  it('what is void twice stays in, and so it does when time is short', async () => {
    const recipe = { boots: 2, budgetSeconds: 300 };
    expect(await take([starved(9), starved(8), sound(2)], recipe)).toMatchObject({ ratios: [9, 8] });
    expect(await take([starved(9), sound(2), starved(8)], recipe)).toMatchObject({ ratios: [9, 2, 8] });
    expect(await take([starved(9), sound(2)], { ...recipe, budgetSeconds: 80 })).toEqual({
      taken: 2,
      ratios: [9, 2],
      conditions: ['2 boots'],
    });
  });
});
