import { describe, expect, it } from 'vitest';
import type { Decided } from '../../src/autoscale/effects.ts';
import { failuresOf } from '../../src/autoscale/failures.ts';
import { type Found, faultsOf } from '../../src/autoscale/faults.ts';
import { failing, load } from '../drill/hand-made.ts';

const added: Decided = {
  service: 'app',
  change: 'add',
  rule: 'above',
  from: 3,
  to: 5,
  average: 0.7,
  why: 'average CPU 70 % over 60 s is above 60 %: half as many again',
  decidedAt: 10_000,
  doneAt: 11_000,
  boxes: ['app-4', 'app-5'],
  beforeMs: 400,
  backMs: 1500,
  afterMs: 30,
};
const removed: Decided = { ...added, change: 'remove', rule: 'below', from: 5, to: 3, decidedAt: 60_000 };

function found(changes: Partial<Found>): Found {
  const steps = [added, removed];
  const scaled = { steps, notes: [], start: { app: 3 }, end: { app: 3 } };
  return { scaled, decisions: steps, failed: 0, requests: 1000, sloMs: 200, sale: null, ...changes };
}

describe('a load that was scaled for falls short', () => {
  it('of nothing, where all went well', () => {
    expect(faultsOf(found({}))).toEqual([]);
  });

  it.each([
    ['a request failed', { failed: 1 }, '1 of 1000 requests failed'],
    [
      'no rule brought boxes',
      { decisions: [] },
      'the load was no reason for more boxes: give it a higher --rate',
    ],
    [
      'P95 did not come back',
      { decisions: [{ ...added, backMs: null, afterMs: null }] },
      'P95 was not within 200 ms again after app 3 → 5',
    ],
    [
      'P95 came back and went again',
      { decisions: [{ ...added, afterMs: 350 }] },
      'P95 was not within 200 ms again after app 3 → 5',
    ],
  ])('where %s', (_, changes, fault) => {
    expect(faultsOf(found(changes))).toEqual([fault]);
  });

  it('where another box was full, that is what is told, not that the load was small', () => {
    const notes = [{ at: 0, what: 'the database is full' }];
    const scaled = { steps: [], notes, start: { app: 3 }, end: { app: 3 } };
    expect(faultsOf(found({ scaled, decisions: [] }))).toEqual([
      'the rules brought no boxes: the database is full',
    ]);
  });

  it('where only the end took the boxes away, unless a sale still wants them', () => {
    const end = { ...removed, rule: 'end' } as const;
    const scaled = { steps: [added, end], notes: [], start: { app: 3 }, end: { app: 3 } };
    expect(faultsOf(found({ scaled, decisions: [added] }))).toEqual([
      'the rules had left app at 5: 3 only by the end',
    ]);
    const sale = { name: 'a sale', from: '', until: '', boxes: 6 };
    expect(faultsOf(found({ scaled, decisions: [added], sale }))).toEqual([]);
  });

  it('where there are other boxes at the end than at the start', () => {
    const scaled = { steps: [added], notes: [], start: { app: 3 }, end: { app: 5 } };
    expect(faultsOf(found({ scaled, decisions: [added] }))).toEqual([
      'app had 3 boxes at the start and has 5 at the end',
    ]);
  });
});

it('failures are told by how they failed, and when', () => {
  expect(failuresOf(load('list', failing(10_000, 10_500)), 7000)).toEqual([
    { failure: '503', count: 5, firstMs: 3000, lastMs: 3400 },
  ]);
  expect(failuresOf(load('list'), 7000)).toEqual([]);
});
