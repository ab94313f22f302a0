import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRules, RULES, readRules } from '../../src/autoscale/rules.ts';
import { MAX_INSTANCES } from '../../src/runtime/native/addresses.ts';
import { ROOT } from '../../src/stage/stages.ts';
import { changed } from '../changed.ts';

describe('the scaling rules', () => {
  it('are those of the class notes: 60 % adds half as many, 20 % for five minutes takes half', async () => {
    const rules = await readRules();
    expect(rules.above).toMatchObject({ average: 0.6, add: 0.5 });
    expect(rules.below).toMatchObject({ average: 0.2, remove: 0.5 });
    expect(rules.below.periods * rules.period).toBe(300);
  });

  it('ask for no more boxes than a load balancer knows', async () => {
    expect((await readRules()).boxes.most).toBeLessThanOrEqual(MAX_INSTANCES);
  });

  it.each([
    ['thresholds that overlap', ['below', 'average'], 0.6, 'overlap: let the lower one be below 0.6'],
    [
      'a removal that the other rule undoes',
      ['below', 'average'],
      0.35,
      'would be at 0.7, where the other rule adds them again: lower it, or remove fewer',
    ],
    [
      'an addition that the other rule undoes',
      ['above', 'average'],
      0.28,
      'the other rule removes them again: raise it, or add fewer',
    ],
    ['a threshold in percent', ['above', 'average'], 60, 'above.average: a share is at most 1, such as 0.6'],
    ['a removal of everything', ['below', 'remove'], 1, 'all of them cannot be removed'],
    ['a least above the most', ['boxes'], { least: 6, most: 2 }, 'at least 6 and at most 2: swap them'],
    ['no box at all', ['boxes', 'least'], 0, 'boxes.least'],
    ['half a box', ['boxes', 'most'], 5.5, 'boxes.most'],
    ['a pause shorter than the period', ['above', 'cooldown'], 30, '30 s is shorter than the period of 60 s'],
    ['no period', ['period'], undefined, 'period'],
    ['a rule that nobody knows', ['network'], { average: 0.6 }, 'network'],
    ['a figure that is not measured', ['figure'], 'network', 'figure'],
    ['a sale without a moment', ['scheduled', 0, 'from'], 'Friday noon', 'scheduled.0.from: write a moment'],
    [
      'a sale that ends first',
      ['scheduled', 0, 'until'],
      '2026-11-27T10:00:00+01:00',
      'ends before it begins',
    ],
    [
      'a sale with too many boxes',
      ['scheduled', 0, 'boxes'],
      7,
      '7 boxes for "the Friday sale": choose 2 to 6',
    ],
  ])('with %s are refused', async (_, path, value, message) => {
    const data = await changed(RULES, path, value);
    expect(() => parseRules(data)).toThrow(message);
  });

  it('that are not there are asked for by name', async () => {
    await expect(readRules(join(ROOT, 'stages/nowhere.yaml'))).rejects.toThrow('cannot be read');
  });
});
