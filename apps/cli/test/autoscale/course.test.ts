import { expect, it } from 'vitest';
import { courseOf } from '../../src/autoscale/course.ts';
import { readRules } from '../../src/autoscale/rules.ts';

it('a load rises, stays long enough for boxes to come twice, falls, and stays long enough for them to go', async () => {
  const rules = await readRules();
  const phases = courseOf(rules, { rate: 45, times: 4, speed: 10 });
  expect(phases.map(({ name, from, to }) => [name, from, to])).toEqual([
    ['before', 45, 45],
    ['rising', 45, 180],
    ['high', 180, 180],
    ['falling', 180, 45],
    ['after', 45, 45],
  ]);
  const seconds = Object.fromEntries(phases.map((phase) => [phase.name, phase.seconds]));
  const twice = 2 * (rules.period * rules.above.periods + rules.above.cooldown);
  expect(seconds.high).toBeGreaterThanOrEqual(twice / 10);
  expect(seconds.after).toBeGreaterThanOrEqual((rules.period * rules.below.periods) / 10);
});
