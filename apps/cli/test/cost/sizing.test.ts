import { describe, expect, it } from 'vitest';
import type { ByInstance, Rung } from '../../src/cost/prices.ts';
import { mostVcpus, type Need, sizeFor, smallestFor } from '../../src/cost/sizing.ts';

const rung = (type: string, vcpus: number, usdPerMonth: number): Rung => ({
  type,
  vcpus,
  memoryGib: vcpus * 4,
  usdPerMonth,
});
const LADDER = [rung('small', 0.2, 0.01), rung('middle', 2, 0.1), rung('large', 16, 0.8)];
const ENTRY: ByInstance = { service: 'hand-made', ladder: 'hand-made' };
const NEED: Need = { vcpus: 1, memoryGib: 0.5, boxes: 1, multiplies: false, sigma: 0 };

describe('what a part needs of a ladder', () => {
  it('is the smallest rung that has its quota and its memory, for a box as it runs', () => {
    expect(smallestFor(LADDER, ENTRY, { cores: 0.12, memoryGib: 0.5 })?.type).toBe('small');
    expect(smallestFor(LADDER, ENTRY, { cores: 0.12, memoryGib: 1 })?.type).toBe('middle');
    expect(smallestFor(LADDER, ENTRY, { cores: 17, memoryGib: 1 })).toBeNull();
  });

  it('is a larger rung, and nothing beyond the largest, where there is only one', () => {
    expect(sizeFor(LADDER, ENTRY, { ...NEED, vcpus: 2 })).toMatchObject({
      rung: { type: 'middle' },
      boxes: 1,
    });
    expect(sizeFor(LADDER, ENTRY, { ...NEED, vcpus: 16 })).toMatchObject({
      rung: { type: 'large' },
      boxes: 1,
    });
    expect(sizeFor(LADDER, ENTRY, { ...NEED, vcpus: 16.1 })).toBeNull();
    expect(mostVcpus(LADDER, ENTRY, { ...NEED, vcpus: 16.1 })).toBe(16);
  });

  it('is more boxes where there may be more, fewer rather than many at the same price', () => {
    const many = { ...NEED, vcpus: 40, multiplies: true };
    expect(sizeFor(LADDER, ENTRY, many)).toMatchObject({ rung: { type: 'middle' }, boxes: 20 });
    expect(sizeFor(LADDER, ENTRY, { ...many, vcpus: 48 })).toMatchObject({
      rung: { type: 'large' },
      boxes: 3,
    });
  });

  it('is never fewer boxes than the stage has', () => {
    expect(sizeFor(LADDER, ENTRY, { ...NEED, vcpus: 0.01, boxes: 3, multiplies: true })?.boxes).toBe(3);
    expect(sizeFor(LADDER, { ...ENTRY, leastBoxes: 2 }, NEED)?.boxes).toBe(2);
  });

  it('leaves idle what a process on one core cannot use', () => {
    const oneCore = { ...ENTRY, usesCores: 1 };
    expect(sizeFor(LADDER, oneCore, { ...NEED, vcpus: 1.5 })).toBeNull();
    expect(sizeFor(LADDER, oneCore, { ...NEED, vcpus: 1 })).toMatchObject({ rung: { type: 'middle' } });
  });

  it('grows with what boxes lose to each other, and ends where one more brings nothing', () => {
    const lossy = { ...NEED, multiplies: true, sigma: 0.1 };
    const only = [rung('one', 1, 0.1)];
    // 5 boxes' worth: n ÷ (1 + 0.1 (n − 1)) = 5 at n = 9.
    expect(sizeFor(only, ENTRY, { ...lossy, vcpus: 5 })?.boxes).toBe(9);
    expect(sizeFor(only, ENTRY, { ...lossy, vcpus: 9.9 })?.boxes).toBe(891);
    expect(sizeFor(only, ENTRY, { ...lossy, vcpus: 10 })).toBeNull();
    expect(mostVcpus(only, ENTRY, { ...lossy, vcpus: 10 })).toBeCloseTo(10, 9);
  });

  it('does not count twice the loss that three boxes already had when they were measured', () => {
    const only = [rung('one', 1, 0.1)];
    const three = { ...NEED, boxes: 3, multiplies: true, sigma: 0.1 };
    expect(sizeFor(only, ENTRY, { ...three, vcpus: 3 })?.boxes).toBe(3);
    expect(sizeFor(only, ENTRY, { ...three, vcpus: 3.1 })?.boxes).toBe(4);
  });
});
