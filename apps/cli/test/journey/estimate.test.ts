import { describe, expect, it } from 'vitest';
import { drillingSeconds, measuringSeconds, pace } from '../../src/journey/estimate.ts';
import { FULL, type JourneyRecipe, QUICK } from '../../src/journey/recipe.ts';
import { stopAt } from '../../src/journey/stop.ts';
import { listStages } from '../../src/stage/stages.ts';
import { RECIPE, stop } from './hand-made.ts';

describe('how long a journey takes', () => {
  it('all in all, a full one fits its twenty minutes, and a quick one its ten', async () => {
    const stops = await Promise.all((await listStages()).map(({ number }) => stopAt(number)));
    const whole = (recipe: JourneyRecipe) =>
      stops.reduce((sum, each) => sum + measuringSeconds(each, recipe), drillingSeconds(stops, recipe));
    expect(whole(FULL)).toBeLessThan(FULL.budgetSeconds);
    expect(whole(QUICK)).toBeLessThan(QUICK.budgetSeconds);
  });

  it('longer with two boots than with one, and longer in turn than at once', async () => {
    const [capacity, latency, inTurn] = await Promise.all([4, 7, 8].map(stopAt));
    for (const each of [capacity, latency, inTurn])
      expect(measuringSeconds(each as never, FULL)).toBeGreaterThan(measuringSeconds(each as never, QUICK));
    expect(measuringSeconds(inTurn as never, QUICK)).toBeGreaterThan(
      measuringSeconds(latency as never, QUICK),
    );
  });

  it('drills take as long as the longest of them, at the least', () => {
    const many = Array.from({ length: 13 }, (_, index) => `box-${index}`);
    const longest = drillingSeconds([stop(7, many)], RECIPE);
    expect(drillingSeconds([stop(7, many), stop(1, ['single'])], RECIPE)).toBe(longest);
    expect(
      drillingSeconds(
        [1, 2, 3, 4, 5, 6, 7, 8].map((stage) => stop(stage, many)),
        RECIPE,
      ),
    ).toBeCloseTo((longest * 8) / RECIPE.drill.lanes);
    expect(drillingSeconds([], RECIPE)).toBe(0);
  });

  it('is corrected by what took how long, the longer counting more', () => {
    expect(pace([])).toBe(1);
    expect(
      pace([
        { expected: 60, took: 60 },
        { expected: 20, took: 60 },
      ]),
    ).toBe(1.5);
  });
});
