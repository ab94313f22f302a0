// Watches promise P3.
import { describe, expect, it } from 'vitest';
import { oneOutcomePerKey } from '../../src/promises/one-outcome-per-key.ts';
import { bought, database, held, reserve } from './histories.ts';

const taken = (key: string) => reserve({ key, outcome: 'refused', status: 409, problem: 'seats-taken' });
const undecided = (key: string) => reserve({ key, outcome: 'unknown', status: null, completedAt: null });
const unavailable = (key: string) =>
  reserve({ key, outcome: 'refused', status: 503, problem: 'unavailable' });

describe('the checker of one outcome per key', () => {
  it.each([
    [
      'a replay of the same reservation',
      [bought('a', [1]), bought('a', [1], { status: 200, replayed: true })],
    ],
    ['a refusal that is repeated', [taken('key-x'), taken('key-x')]],
    [
      'an unknown outcome that a retry resolves',
      [undecided('key-a'), unavailable('key-a'), bought('a', [1])],
    ],
    ['two keys with a reservation each', [bought('a', [1]), bought('b', [2])]],
    [
      'a key that another request used before',
      [
        bought('a', [1]),
        reserve({ key: 'key-a', seats: [9], outcome: 'refused', status: 422, problem: 'key-reused' }),
      ],
    ],
  ])('accepts %s', (_, history) => {
    expect(oneOutcomePerKey(history, database(held('a', [1]), held('b', [2])))).toEqual([]);
  });

  it.each([
    [
      'two reservations',
      [bought('a', [1]), bought('b', [1], { key: 'key-a' })],
      'reservation a and reservation b',
    ],
    ['a reservation and a refusal', [bought('a', [1]), taken('key-a')], 'reservation a and a refusal'],
    ['a refusal, then a reservation', [taken('key-a'), bought('a', [1])], 'a refusal and reservation a'],
    [
      'a refusal of the same request as another one',
      [bought('a', [1]), reserve({ key: 'key-a', outcome: 'refused', status: 422, problem: 'key-reused' })],
      'a refusal as used by another request',
    ],
  ])('finds a key that is answered with %s', (_, history, words) => {
    const [found, ...others] = oneOutcomePerKey(history, database(held('a', [1])));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ promise: 'P3', operations: history });
    expect(found?.what).toContain(words);
  });

  it('finds a key that bought twice, and one whose reservation is another', () => {
    const twice = database(held('a', [1]), held('b', [2], { idempotencyKey: 'key-a' }));
    expect(oneOutcomePerKey([undecided('key-a')], twice)[0]?.what).toContain(
      'reservation a and reservation b',
    );
    const other = database(held('c', [1], { idempotencyKey: 'key-a' }));
    expect(oneOutcomePerKey([bought('a', [1])], other)[0]?.what).toContain('the database has reservation c');
    const refused = [undecided('key-a'), taken('key-a')];
    expect(oneOutcomePerKey(refused, database(held('a', [1])))).toHaveLength(1);
  });
});
