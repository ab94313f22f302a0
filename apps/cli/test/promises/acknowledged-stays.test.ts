// Watches promise P1.
import { describe, expect, it } from 'vitest';
import { acknowledgedStays, seatsAreRecorded } from '../../src/promises/acknowledged-stays.ts';
import { bought, cancel, database, held, reserve } from './histories.ts';

describe('the checker of acknowledged reservations', () => {
  it.each([
    ['what is held as it was told', [bought('a', [1, 2])], database(held('a', [1, 2]))],
    ['seats in another order', [bought('a', [2, 1])], database(held('a', [1, 2]))],
    [
      'one that its buyer cancelled',
      [bought('a', [1]), cancel('a', { invokedAt: 2000 })],
      database(held('a', [1], { status: 'cancelled' })),
    ],
    [
      'one whose cancellation got no answer',
      [bought('a', [1]), cancel('a', { outcome: 'unknown', status: null, completedAt: null })],
      database(held('a', [1], { status: 'cancelled' })),
    ],
    [
      'a sale without an answer that was not made',
      [reserve({ key: 'k', outcome: 'unknown', status: null, completedAt: null })],
      database(),
    ],
    [
      'a sale without an answer that was made',
      [reserve({ key: 'key-a', outcome: 'unknown', status: null, completedAt: null })],
      database(held('a', [1])),
    ],
    ['reservations that the history does not know', [], database(held('a', [1]))],
  ])('accepts %s', (_, history, state) => {
    expect(acknowledgedStays(history, state)).toEqual([]);
  });

  it.each([
    ['missing', database(), 'is not in the database'],
    [
      'cancelled by no client',
      database(held('a', [1, 2], { status: 'cancelled' })),
      'no client cancelled it',
    ],
    ['for other seats', database(held('a', [1, 3])), 'seats 1,3'],
    ['for fewer seats', database(held('a', [1])), 'seats 1;'],
    ['for another show', database(held('a', [1, 2], { showId: 9 })), 'for show 9'],
  ])('finds a reservation that is %s, once', (_, state, words) => {
    const history = [bought('a', [1, 2]), bought('a', [1, 2], { status: 200, replayed: true })];
    const found = acknowledgedStays(history, state);
    expect(found).toMatchObject([{ promise: 'P1', operations: [history[0]] }]);
    expect(found[0]?.what).toContain(words);
  });

  it('finds one that is cancelled although the cancellation was refused', () => {
    const refused = cancel('a', { outcome: 'refused', status: 503, problem: 'unavailable' });
    const state = database(held('a', [1], { status: 'cancelled' }));
    expect(acknowledgedStays([bought('a', [1]), refused], state)).toHaveLength(1);
  });
});

describe('the checker of recorded seats', () => {
  it('finds a confirmed reservation whose seats could be sold again', () => {
    const whole = database(held('a', [1, 2]), held('b', [3], { status: 'cancelled' }));
    expect(seatsAreRecorded(whole)).toEqual([]);
    const [found, ...others] = seatsAreRecorded({ ...whole, seatsSold: whole.seatsSold.slice(1) });
    expect(others).toEqual([]);
    expect(found?.what).toBe('reservation a is confirmed, and its seats 1 of show 1 count as free');
  });

  it('does not take the row of another reservation for its own', () => {
    const state = { ...database(held('a', [1])), seatsSold: [{ showId: 1, seat: 1, reservationId: 'b' }] };
    expect(seatsAreRecorded(state)).toHaveLength(1);
  });
});
