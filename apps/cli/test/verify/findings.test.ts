import { describe, expect, it } from 'vitest';
import { findings } from '../../src/verify/findings.ts';
import { bought, cancel, database, held, reserve, seatMap } from '../promises/histories.ts';

const unanswered = { outcome: 'unknown', status: null, completedAt: null } as const;
const taken = (key: string) => reserve({ key, outcome: 'refused', status: 409, problem: 'seats-taken' });

describe('what verify finds', () => {
  it('holds when the database has what every buyer was told', () => {
    const history = [bought('a', [1, 2]), bought('b', [3]), taken('late'), cancel('b', { invokedAt: 2000 })];
    const final = database(held('a', [1, 2]), held('b', [3], { status: 'cancelled' }));
    expect(findings(history, final)).toEqual({
      verdict: 'holds',
      acknowledged: 2,
      cancelled: 1,
      refused: 1,
      unknown: { total: 0, resolved: 0, done: 0 },
      soldTwice: 0,
      lost: 0,
      wrongReplay: 0,
      cancelledInVain: 0,
      wrongSeats: 0,
      falseRefusals: 0,
      violations: [],
      examples: [],
      lostOnes: [],
    });
  });

  it('is void when no sale was acknowledged', () => {
    expect(findings([], database(held('a', [1]))).verdict).toBe('void');
    expect(findings([taken('late')], database(held('a', [1]))).verdict).toBe('void');
  });

  it('counts each kind of fault by itself', () => {
    const history = [
      bought('lost', [1]),
      bought('a', [2]),
      bought('other', [2], { key: 'key-a' }),
      bought('b', [3]),
      cancel('b', { invokedAt: 2000 }),
      reserve({ key: 'free', seats: [9], outcome: 'refused', status: 409, problem: 'seats-taken' }),
    ];
    const final = database(held('a', [2]), held('b', [3]), held('other', [4], { idempotencyKey: 'x' }));
    const twice = { ...final, seatsSold: [...final.seatsSold, ...final.seatsSold.slice(0, 1)] };
    expect(findings(history, twice)).toMatchObject({
      verdict: 'falls short',
      lost: 2,
      soldTwice: 1,
      wrongReplay: 1,
      cancelledInVain: 1,
      falseRefusals: 1,
    });
  });

  it('finds a seat that a map shows wrongly long after it was sold or given back', () => {
    const history = [bought('a', [1]), bought('b', [2]), cancel('b', { invokedAt: 2000 })];
    const final = database(held('a', [1]), held('b', [2], { status: 'cancelled' }));
    const at = (sold: number[], invokedAt: number) =>
      findings([...history, seatMap(sold, { invokedAt })], final).wrongSeats;
    expect([at([1], 60_000), at([2], 11_000), at([2], 60_000), at([1, 2], 60_000)]).toEqual([0, 0, 2, 1]);
  });

  it('reports a reservation without its key instead of failing on it', () => {
    const final = database(held('a', [1], { idempotencyKey: null }));
    const { verdict, examples } = findings([bought('a', [1])], final);
    expect(verdict).toBe('falls short');
    expect(examples).toEqual(['no key leads to reservation a: a retry would buy again']);
  });

  it('tells how the unknown outcomes ended', () => {
    const history = [
      reserve({ key: 'key-a', ...unanswered }),
      reserve({ key: 'key-a', outcome: 'refused', status: 503, problem: 'unavailable' }),
      bought('a', [1], { invokedAt: 3000 }),
      reserve({ key: 'key-b', ...unanswered }),
      reserve({ key: 'key-c', ...unanswered }),
      reserve({ key: 'key-c', outcome: 'refused', status: 503, problem: 'unavailable' }),
      cancel('a', { invokedAt: 4000, ...unanswered }),
    ];
    const final = database(held('a', [1], { status: 'cancelled' }), held('b', [2]));
    expect(findings(history, final)).toMatchObject({
      verdict: 'holds',
      unknown: { total: 4, resolved: 1, done: 2 },
    });
  });

  it('falls short by what others found, and names a few of each promise', () => {
    const more = Array.from(
      { length: 9 },
      (_, n) => ({ promise: 'P7', what: `mail ${n}`, operations: [] }) as const,
    );
    const { verdict, examples } = findings([bought('a', [1])], database(held('a', [1])), more);
    expect(verdict).toBe('falls short');
    expect(examples).toEqual(['mail 0', 'mail 1', 'mail 2', 'mail 3', 'mail 4']);
  });
});
