// Watches promise P4.
// Watches promise P5.
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import type { FinalState } from '../../src/promises/final-state.ts';
import { seatsByShow } from '../../src/promises/maps.ts';
import { mapsAreFresh } from '../../src/promises/maps-are-fresh.ts';
import { ownWritesAreSeen } from '../../src/promises/own-writes-are-seen.ts';
import { ownerships } from '../../src/promises/ownership.ts';
import { seatTimes } from '../../src/promises/seat-times.ts';
import { bought, cancel, database, found, held, seatMap } from './histories.ts';

const seats = (history: readonly Operation[], state: FinalState) =>
  seatsByShow(seatTimes(ownerships(history, state)));
const BOUND_MS = 500;
const over = held('a', [1], { status: 'cancelled' });

describe('the checker of fresh seat maps', () => {
  const fresh = (history: readonly Operation[], state: FinalState) =>
    mapsAreFresh(history, seats(history, state), BOUND_MS);
  // Both are answered 10 ms after they were sent.
  const sale = bought('a', [1], { invokedAt: 1000 });
  const cancelled = cancel('a', { invokedAt: 5000 });

  it.each([
    ['the seat within the bound as free', [sale, seatMap([], { invokedAt: 1510 })], database(held('a', [1]))],
    [
      'the seat as sold while it is being sold',
      [sale, seatMap([1], { invokedAt: 995 })],
      database(held('a', [1])),
    ],
    [
      'the seat as free while it is being cancelled',
      [sale, cancelled, seatMap([], { invokedAt: 4995 })],
      database(over),
    ],
    [
      'the seat as sold shortly after it was cancelled',
      [sale, cancelled, seatMap([1], { invokedAt: 5510 })],
      database(over),
    ],
    ['a seat that somebody else bought', [seatMap([4], { invokedAt: 9000 })], database(held('z', [4]))],
    [
      'the seat as free for as much longer as its answer says that it may be old',
      [sale, seatMap([], { invokedAt: 4510, ageMs: 3000 })],
      database(held('a', [1])),
    ],
    ['a lost sale as free: P1 reports it', [sale, seatMap([], { invokedAt: 9000 })], database()],
  ])('accepts a map that shows %s', (_, history, state) => {
    expect(fresh(history, state)).toEqual([]);
  });

  it('finds a seat that is free for longer than the bound after it was sold, and says for how long', () => {
    const map = seatMap([], { invokedAt: 1511 });
    expect(fresh([sale, map], database(held('a', [1])))).toEqual([
      {
        promise: 'P5',
        what: 'client-1 was shown show/seat 1/1 as free, 0.501 s after it was sold, and 500 ms is the bound',
        operations: [sale, map],
      },
    ]);
  });

  it('finds a seat that is free for longer than its answer says that it may be old', () => {
    const map = seatMap([], { invokedAt: 4511, ageMs: 3000 });
    expect(fresh([sale, map], database(held('a', [1])))).toHaveLength(1);
  });

  it('finds a seat that is sold for longer than the bound after it was given back', () => {
    expect(fresh([sale, cancelled, seatMap([1], { invokedAt: 5511 })], database(over))).toHaveLength(1);
  });

  it('finds a seat that nobody ever had as sold', () => {
    expect(fresh([sale, seatMap([1, 2], { invokedAt: 1200 })], database(held('a', [1])))).toHaveLength(1);
  });
});

describe('the checker of own writes', () => {
  const seen = (history: readonly Operation[], state: FinalState) =>
    ownWritesAreSeen(history, seats(history, state));
  const sale = bought('a', [1], { invokedAt: 1000, position: '0/10' });
  const cancelled = cancel('a', { invokedAt: 2000, position: '0/20' });
  const soon = { invokedAt: 1010, after: '0/10' };
  const later = { invokedAt: 2010, after: '0/20' };

  it.each([
    ['the purchase in the map', [sale, seatMap([1], soon)], database(held('a', [1]))],
    ['the cancellation in the map', [sale, cancelled, seatMap([], later)], database(over)],
    ['the purchase', [sale, found('a', 'confirmed', soon)], database(held('a', [1]))],
    ['the cancellation', [sale, cancelled, found('a', 'cancelled', later)], database(over)],
    [
      'a cancellation that is under way',
      [sale, cancelled, found('a', 'cancelled', { ...soon, invokedAt: 1995 })],
      database(over),
    ],
    ['nothing, without the token', [sale, seatMap([], { invokedAt: 1010 })], database(held('a', [1]))],
    ['nothing, of another show', [sale, seatMap([], { ...soon, showId: 2 })], database(held('a', [1]))],
  ])('accepts a read that sees %s', (_, history, state) => {
    expect(seen(history, state)).toEqual([]);
  });

  const gone = { outcome: 'refused', status: 404, state: null, problem: 'not-found' } as const;
  it.each([
    ['a map without the purchase', [sale, seatMap([], soon)], database(held('a', [1]))],
    ['a map with what was cancelled', [sale, cancelled, seatMap([1], later)], database(over)],
    ['no such reservation', [sale, found('a', 'confirmed', { ...soon, ...gone })], database(held('a', [1]))],
    ['a reservation that was cancelled', [sale, cancelled, found('a', 'confirmed', later)], database(over)],
    ['a cancellation that nobody asked for', [sale, found('a', 'cancelled', soon)], database(held('a', [1]))],
  ])('finds a read that carries the token and sees %s', (_, history, state) => {
    const violations = seen(history, state);
    expect(violations).toMatchObject([{ promise: 'P4' }]);
    expect(violations[0]?.operations).toContain(history.at(-1));
  });

  it('finds a map without what others were told before the write was sent', () => {
    const other = bought('b', [2], { invokedAt: 900 });
    const state = database(held('a', [1]), held('b', [2]));
    expect(seen([other, sale, seatMap([1], soon)], state)).toHaveLength(1);
    const later = bought('b', [2], { invokedAt: 995 });
    expect(seen([later, sale, seatMap([1], soon)], state)).toEqual([]);
  });
});
