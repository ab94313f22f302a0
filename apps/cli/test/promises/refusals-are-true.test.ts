// Watches promise P9.
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import type { FinalState } from '../../src/promises/final-state.ts';
import { ownerships } from '../../src/promises/ownership.ts';
import { refusalsAreTrue } from '../../src/promises/refusals-are-true.ts';
import { seatTimes } from '../../src/promises/seat-times.ts';
import { bought, cancel, database, held, reserve } from './histories.ts';

const check = (history: readonly Operation[], state: FinalState) =>
  refusalsAreTrue(history, seatTimes(ownerships(history, state)), state);

const taken = (invokedAt: number, more: Partial<Operation> & { key?: string } = {}) =>
  reserve({ key: 'late', invokedAt, outcome: 'refused', status: 409, problem: 'seats-taken', ...more });
const unanswered = { outcome: 'unknown', status: null, completedAt: null } as const;
const over = held('a', [1], { status: 'cancelled' });
const sale = bought('a', [1], { invokedAt: 1000 });

describe('the checker of refusals: seats that are said to be taken', () => {
  it.each([
    ['are sold', [sale, taken(5000)], database(held('a', [1]))],
    ['are sold in part', [sale, taken(5000, { seats: [1, 2] })], database(held('a', [1]))],
    ['are just being sold', [bought('a', [1], { invokedAt: 5005 }), taken(5000)], database(held('a', [1]))],
    ['are just being given back', [sale, cancel('a', { invokedAt: 4995 }), taken(5000)], database(over)],
    [
      'are given back without an answer',
      [sale, cancel('a', { invokedAt: 2000, ...unanswered }), taken(5000)],
      database(over),
    ],
    [
      'may be sold to a buyer without an answer',
      [reserve({ key: 'x', ...unanswered }), taken(5000)],
      database(),
    ],
    ['are sold to somebody whom the history does not know', [taken(5000)], database(held('z', [1]))],
    [
      'were sold to somebody unknown, who gave them back',
      [taken(5000)],
      database(held('z', [1], { status: 'cancelled' })),
    ],
    [
      'were sold when the key was first refused',
      [sale, taken(1500), cancel('a', { invokedAt: 2000 }), taken(5000)],
      database(over),
    ],
  ])('accepts that they %s', (_, history, state) => {
    expect(check(history, state)).toEqual([]);
  });

  it.each([
    ['nobody ever had', [taken(5000)], database()],
    ['another buyer asked for and was refused, too', [taken(4000, { key: 'x' }), taken(5000)], database()],
    ['were given back before', [sale, cancel('a', { invokedAt: 2000 }), taken(5000)], database(over)],
    ['are sold afterwards', [taken(500), sale], database(held('a', [1]))],
    ['are the neighbours of sold ones', [sale, taken(5000, { seats: [2, 3] })], database(held('a', [1]))],
    ['are of another show', [sale, taken(5000, { showId: 2 })], database(held('a', [1]))],
  ])('finds seats that %s', (_, history, state) => {
    const refused = history.filter(({ status }) => status === 409);
    expect(check(history, state).map(({ operations }) => operations[0])).toEqual(refused);
  });
});

describe('the checker of refusals', () => {
  const unavailable = reserve({ key: 'key-a', outcome: 'refused', status: 503, problem: 'unavailable' });

  it('finds a reservation whose buyer was told that nothing was reserved', () => {
    const [found, ...others] = check([unavailable], database(held('a', [1])));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ promise: 'P9', operations: [unavailable] });
    expect(found?.what).toBe('key key-a was refused (unavailable), and reservation a was made');
  });

  it('finds a reservation that was made by a try that was refused, and that the next try only gets', () => {
    const again = bought('a', [1], { invokedAt: 2000, replayed: true });
    const [found] = check([unavailable, again], database(held('a', [1])));
    expect(found).toMatchObject({ promise: 'P9', operations: [unavailable, again] });
    const open = reserve({ key: 'key-a', ...unanswered });
    expect(check([unavailable, open, again], database(held('a', [1])))).toEqual([]);
  });

  it('accepts it when another try with the key has no answer, or is answered with the reservation', () => {
    const open = reserve({ key: 'key-a', ...unanswered });
    expect(check([open, unavailable], database(held('a', [1])))).toEqual([]);
    expect(check([unavailable, bought('a', [1])], database(held('a', [1])))).toEqual([]);
  });

  it('finds a reservation that is said not to exist when it is to be cancelled', () => {
    const missing = { outcome: 'refused', status: 404, problem: 'not-found' } as const;
    expect(
      check([sale, cancel('a', { invokedAt: 2000, ...missing })], database(held('a', [1]))),
    ).toHaveLength(1);
    expect(check([sale, cancel('b', { invokedAt: 2000, ...missing })], database(held('a', [1])))).toEqual([]);
    expect(check([sale, cancel('a', { invokedAt: 1005, ...missing })], database(held('a', [1])))).toEqual([]);
  });

  it('finds a seat that is held by a reservation that does not exist', () => {
    const state = { reservations: [], seatsSold: [{ showId: 1, seat: 7, reservationId: 'gone' }] };
    expect(check([], state)).toMatchObject([{ promise: 'P9', operations: [] }]);
  });
});
