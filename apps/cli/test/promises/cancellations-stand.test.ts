// Watches promise P8.
import { describe, expect, it } from 'vitest';
import { cancellationsStand } from '../../src/promises/cancellations-stand.ts';
import { bought, cancel, database, held } from './histories.ts';

const sale = bought('a', [1], { invokedAt: 1000 });
const cancelled = cancel('a', { invokedAt: 2000 });
const over = held('a', [1], { status: 'cancelled' });
const replay = (invokedAt: number, state: 'confirmed' | 'cancelled') =>
  bought('a', [1], { invokedAt, status: 200, replayed: true, state });

describe('the checker of cancellations', () => {
  it.each([
    ['one that stands', [sale, cancelled], database(over)],
    ['one whose seat is another buyer’s now', [sale, cancelled], database(over, held('b', [1]))],
    [
      'one that was refused',
      [sale, cancel('a', { outcome: 'refused', status: 503 })],
      database(held('a', [1])),
    ],
    [
      'one without an answer',
      [sale, cancel('a', { outcome: 'unknown', completedAt: null })],
      database(held('a', [1])),
    ],
    [
      'a repeated purchase that says it is cancelled',
      [sale, cancelled, replay(3000, 'cancelled')],
      database(over),
    ],
    [
      'a repeated purchase that was sent before',
      [sale, cancelled, replay(2005, 'confirmed')],
      database(over),
    ],
  ])('accepts %s', (_, history, state) => {
    expect(cancellationsStand(history, state)).toEqual([]);
  });

  it('finds a reservation that is confirmed again', () => {
    expect(cancellationsStand([sale, cancelled], database(held('a', [1])))).toEqual([
      { promise: 'P8', what: 'reservation a was cancelled, and is confirmed', operations: [cancelled] },
    ]);
  });

  it('finds seats that a cancelled reservation still holds', () => {
    const state = { reservations: [over], seatsSold: [{ showId: 1, seat: 1, reservationId: 'a' }] };
    expect(cancellationsStand([sale, cancelled], state)).toMatchObject([
      { what: 'reservation a is cancelled, and still holds show/seat 1/1', operations: [cancelled] },
    ]);
    expect(cancellationsStand([], state)).toHaveLength(1);
  });

  it('finds a repeated purchase that is answered as if it stood', () => {
    const answer = replay(3000, 'confirmed');
    expect(cancellationsStand([sale, cancelled, answer], database(over))).toMatchObject([
      { operations: [cancelled, answer] },
    ]);
  });
});
