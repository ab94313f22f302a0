import { expect, it } from 'vitest';
import { judge } from '../../src/stage/stale-read.ts';

const reads = (free: number) => ({ sold: 12 - free, free });

it.each([
  ['1/2', 0, 8, 'as-promised'],
  ['1/2', 0, 0, 'nothing'],
  ['1/2', 1, 8, 'broken'],
  [null, 8, 8, 'as-promised'],
  [null, 0, 0, 'nothing'],
] as const)(
  'position %s, %i reads of the buyer and %i of others that see the seat free: %s',
  (position, own, others, shown) => {
    expect(judge({ position, buyer: reads(own), other: reads(others) })).toBe(shown);
  },
);
