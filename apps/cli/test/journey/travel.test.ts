import { describe, expect, it } from 'vitest';
import { drillingSeconds, measuringSeconds } from '../../src/journey/estimate.ts';
import { type Resumed, resume } from '../../src/journey/journal.ts';
import { type Crew, type TravelRequest, travel } from '../../src/journey/travel.ts';
import { drill, KEY, measured, memory, RECIPE, stop } from './hand-made.ts';

/** A journey that measures nothing: each part takes some seconds of a clock of its own. */
function journey(of: {
  stages: readonly number[];
  crew?: Partial<Crew>;
  seconds?: number;
  resumed?: ReadonlyMap<number, Resumed>;
}) {
  let clock = 0;
  const asked: string[] = [];
  const said: string[] = [];
  const journal = memory();
  const spend = (what: string) => {
    clock += (of.seconds ?? 10) * 1000;
    asked.push(what);
  };
  const crew: Crew = {
    measure: async (each, how) => {
      spend(`measure ${each.stage}`);
      return of.crew?.measure?.(each, how) ?? measured(each.stage);
    },
    drill: async (each, how) => {
      spend(`drill ${each.stage}${how.others ? '' : ' alone'}`);
      return of.crew?.drill?.(each, how) ?? drill(each.stage);
    },
  };
  const request: TravelRequest = {
    stops: of.stages.map((stage) => stop(stage)),
    recipe: RECIPE,
    crew,
    journal,
    key: KEY,
    resumed: of.resumed ?? new Map(),
    onProgress: (what) => said.push(what),
    now: () => clock,
  };
  return { request, asked, said, journal };
}

/** Void the first time, or as often as is said. */
function spoilt(times = 1) {
  let left = times;
  return () => left-- > 0;
}

describe('a journey', () => {
  it('measures stage by stage, then drills, and tells of all in order', async () => {
    const { request, asked, journal } = journey({ stages: [1, 2, 3] });
    const found = await travel(request);
    expect(asked.slice(0, 3)).toEqual(['measure 1', 'measure 2', 'measure 3']);
    expect(asked.slice(3).sort()).toEqual(['drill 1', 'drill 2', 'drill 3']);
    expect(found).toMatchObject({ recipe: 'quick', valid: true });
    expect(found.stages.map(({ stage, title, step }) => [stage, title, step?.gain])).toEqual([
      [1, 'Title 1', undefined],
      [2, 'Title 2', 'capacity'],
      [3, 'Title 3', 'capacity'],
    ]);
    expect(found.stages[1]).toMatchObject({
      bottleneckBefore: { box: 'db', share: 0.99 },
      bottleneck: { box: 'db', share: 0.98 },
      why: [],
    });
    expect([...journal.leaves.keys()].sort()).toEqual([1, 2, 3]);
  });

  it('says which stage of how many it is at, and about how long the rest takes', async () => {
    const { request, said } = journey({ stages: [2, 3], seconds: 200 });
    await travel(request);
    expect(said[0]).toMatch(
      /^stage 2 \(1 of 2\): Title 2, beside stage 1, under mixed; about \d+ (s|min) to go$/,
    );
    const minutes = (line = '') => Number(/about (\d+) min/.exec(line)?.[1]);
    // The first took much longer than its recipe says, so will the second.
    expect(minutes(said.find((line) => line.startsWith('stage 3')))).toBeGreaterThan(minutes(said[0]));
  });

  it('measures a void stage once more, when all else is done', async () => {
    const isVoid = spoilt();
    const { request, asked, said } = journey({
      stages: [2, 3],
      crew: { measure: async ({ stage }) => measured(stage, isVoid() ? ['k6 was starved'] : []) },
    });
    const found = await travel(request);
    expect(asked).toEqual(['measure 2', 'measure 3', 'drill 2', 'drill 3', 'measure 2']);
    expect(said.join('\n')).toContain('stage 2 was void, k6 was starved: once more');
    expect(found.valid).toBe(true);
  });

  it('a stage that stays void says why, and voids the whole', async () => {
    const { request, asked } = journey({
      stages: [2, 3],
      crew: { measure: async ({ stage }) => measured(stage, stage === 2 ? ['k6 was starved'] : []) },
    });
    const found = await travel(request);
    expect(asked.filter((each) => each === 'measure 2')).toHaveLength(2);
    expect(found.valid).toBe(false);
    expect(found.stages.map(({ valid, why }) => ({ valid, why }))).toEqual([
      { valid: false, why: ['k6 was starved'] },
      { valid: true, why: [] },
    ]);
  });

  it('leaves a void stage as it is when the time is short', async () => {
    const { request, asked, said } = journey({
      stages: [2, 3],
      seconds: RECIPE.budgetSeconds / 2,
      crew: { measure: async ({ stage }) => measured(stage, ['k6 was starved']) },
    });
    await travel(request);
    expect(asked.filter((each) => each.startsWith('measure'))).toEqual(['measure 2', 'measure 3']);
    expect(said.join('\n')).not.toContain('once more');
  });

  it('gives each stage what is left when all others take as long as expected', async () => {
    const allowed: number[] = [];
    const { request } = journey({
      stages: [2, 3],
      crew: {
        measure: async ({ stage }, { budgetSeconds }) => {
          allowed.push(budgetSeconds);
          return measured(stage);
        },
      },
    });
    await travel(request);
    const [, three] = request.stops.map((each) => measuringSeconds(each, RECIPE));
    const drills = drillingSeconds(request.stops, RECIPE);
    expect(allowed[0]).toBeCloseTo(RECIPE.budgetSeconds - (three ?? 0) - drills);
    // The first took ten seconds only: nothing promises that the drills will be as quick.
    expect(allowed[1]).toBeCloseTo(RECIPE.budgetSeconds - 10 - drills);
  });

  it('drills once more what was void, by itself', async () => {
    const isVoid = spoilt();
    const { request, asked } = journey({
      stages: [2, 3],
      crew: {
        drill: async ({ stage }) =>
          stage === 3 && isVoid() ? drill(3, { verdict: 'void', why: ['not steady'] }) : drill(stage),
      },
    });
    const found = await travel(request);
    expect(asked.slice(-1)).toEqual(['drill 3 alone']);
    expect(found.valid).toBe(true);
  });

  it('does not repeat what was taken from the journal', async () => {
    const first = journey({ stages: [2, 3] });
    await travel(first.request);
    first.journal.leaves.delete(3);
    const resumed = new Map([[2, resume(first.journal.leaves.get(2) ?? null, KEY)]]);
    const { request, asked } = journey({ stages: [2, 3], resumed });
    const found = await travel(request);
    expect(asked).toEqual(['measure 3', 'drill 3 alone']);
    expect(found.stages.map(({ stage }) => stage)).toEqual([2, 3]);
  });

  it('cut short, keeps in the journal what it had by then', async () => {
    const { request, asked, journal } = journey({
      stages: [2, 3, 4],
      crew: {
        measure: async ({ stage }) => {
          if (stage === 3) throw new Error('Stopped by SIGINT.');
          return measured(stage);
        },
      },
    });
    await expect(travel(request)).rejects.toThrow('Stopped by SIGINT.');
    expect(asked).toEqual(['measure 2', 'measure 3']);
    expect(resume(journal.leaves.get(2) ?? null, KEY)).toMatchObject({ because: ['not drilled'] });
    expect(journal.leaves.has(3)).toBe(false);
  });

  it('a drill that breaks off begins no further one, and waits for those under way', async () => {
    const ended: number[] = [];
    const { request, asked } = journey({
      stages: [1, 2, 3, 4, 5, 6],
      crew: {
        drill: async ({ stage }) => {
          if (stage === 1) throw new Error('no memory');
          await new Promise((resolve) => setTimeout(resolve, 20));
          ended.push(stage);
          return drill(stage);
        },
      },
    });
    await expect(travel(request)).rejects.toThrow('no memory');
    const begun = asked.filter((each) => each.startsWith('drill'));
    expect(begun).toHaveLength(RECIPE.drill.lanes);
    expect(ended).toHaveLength(RECIPE.drill.lanes - 1);
  });
});
