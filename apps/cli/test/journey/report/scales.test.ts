import { expect, it } from 'vitest';
import { linear, logarithmic, niceTicks } from '../../../src/journey/report/plot/scales.ts';

it.each([
  [0, [0, 1]],
  [Number.NaN, [0, 1]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [141, [0, 50, 100, 150]],
  [1630, [0, 500, 1000, 1500, 2000]],
])('ticks up to %s are round and reach it', (max, ticks) => {
  expect(niceTicks(max)).toEqual(ticks);
});

it('on a linear scale zero is at its beginning and the last tick at its end', () => {
  const { at, ticks } = linear({ max: 141, from: 10, to: 160 });
  expect([at(0), at(75), at(ticks.at(-1) ?? 0)]).toEqual([10, 85, 160]);
});

const PAPER = { from: 0, to: 300, most: 7 };

it('a logarithmic scale encloses its values, and each tenfold is as long as the next', () => {
  const { at, ticks } = logarithmic({ values: [1.2, 870], ...PAPER });
  expect(ticks).toEqual([1, 10, 100, 1000]);
  expect([at(1), at(10), at(1000)].map(Math.round)).toEqual([0, 100, 300]);
});

it('where there is room it marks 1, 2 and 5', () => {
  expect(logarithmic({ values: [1, 34.5], ...PAPER }).ticks).toEqual([1, 2, 5, 10, 20, 50]);
  expect(logarithmic({ values: [0.00018, 0.0069], ...PAPER }).ticks).toEqual([
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
  ]);
});

it.each([
  ['of one value', [3]],
  ['of equal values', [100, 100, 100]],
  ['of nothing', []],
  ['of zero, which has no place on it', [0]],
  ['of zero among others', [0, 40]],
])('a logarithmic scale %s has two ticks at least and puts everything on the paper', (_, values) => {
  const { at, ticks } = logarithmic({ values, ...PAPER });
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  for (const value of [...values, ...ticks]) {
    expect(at(value)).toBeGreaterThanOrEqual(0);
    expect(at(value)).toBeLessThanOrEqual(300 + 1e-9);
  }
});
