// Watches promise P2.
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import type { FinalState } from '../../src/promises/final-state.ts';
import { ownerships } from '../../src/promises/ownership.ts';
import { soldOnce } from '../../src/promises/sold-once.ts';
import { bought, cancel, database, held } from './histories.ts';

const check = (history: readonly Operation[], state: FinalState) =>
  soldOnce(ownerships(history, state), state);
const given = { status: 'cancelled' } as const;

describe('the checker of seats sold once', () => {
  it('accepts a seat that is sold again after it was given back', () => {
    const history = [
      bought('a', [1], { invokedAt: 1000 }),
      cancel('a', { invokedAt: 2000 }),
      bought('b', [1], { invokedAt: 3000 }),
    ];
    expect(check(history, database(held('a', [1], given), held('b', [1])))).toEqual([]);
  });

  it('accepts one that is sold again while its cancellation is unanswered', () => {
    const unanswered = cancel('a', { invokedAt: 2000, outcome: 'unknown', status: null, completedAt: null });
    const history = [bought('a', [1]), unanswered, bought('b', [1], { invokedAt: 2001 })];
    expect(check(history, database(held('a', [1], given), held('b', [1])))).toEqual([]);
  });

  it('says nothing of a lost sale whose seat was sold again: P1 does', () => {
    const history = [bought('a', [1]), bought('b', [1], { invokedAt: 3000 })];
    expect(check(history, database(held('b', [1])))).toEqual([]);
  });

  it('finds a seat of two confirmed reservations', () => {
    const state = database(held('a', [1, 2]), held('b', [2, 3]));
    expect(check([], state)).toMatchObject([{ promise: 'P2', what: 'show/seat 1/2 was sold to a and b' }]);
    expect(check([], { ...state, seatsSold: state.seatsSold.slice(0, 2) })).toHaveLength(1);
  });

  it('finds a seat that one buyer has twice in the table', () => {
    const state = database(held('a', [1]));
    expect(check([], { ...state, seatsSold: [...state.seatsSold, ...state.seatsSold] })).toHaveLength(1);
  });

  it('finds a seat that two buyers had for a while, whatever became of them', () => {
    const history = [
      bought('a', [1], { invokedAt: 1000 }),
      bought('b', [1], { invokedAt: 1500 }),
      cancel('a', { invokedAt: 2000 }),
    ];
    const found = check(history, database(held('a', [1], given), held('b', [1])));
    expect(found).toMatchObject([{ what: 'show/seat 1/1 was sold to a and b' }]);
    expect(found[0]?.operations).toEqual([history[0], history[2], history[1]]);
  });
});
