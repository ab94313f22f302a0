import { describe, expect, it } from 'vitest';
import { attemptFor, decide } from '../src/shop/attempt.ts';
import { Problem } from '../src/shop/problem.ts';
import type { Order, Reservation } from '../src/shop/types.ts';

const order: Order = {
  showId: 1,
  seats: [12, 13],
  name: 'Ada',
  email: 'ada@example.org',
  ticket: 'mail',
};
const bought: Reservation = {
  ...order,
  id: 'r',
  token: 't',
  totalCents: 9000,
  status: 'confirmed',
  createdAt: '',
};

/** A shop that gives these answers one after another, and notes what it was asked. */
function shop(...answers: (Reservation | Error)[]) {
  const keys: string[] = [];
  const pauses: number[] = [];
  const send = async (_order: Order, key: string): Promise<Reservation> => {
    keys.push(key);
    const answer = answers.shift() ?? new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  return { keys, pauses, decide: () => decide({ order, key: 'k1' }, send, pause) };
}

describe('an attempt to buy', () => {
  it('is repeated with the same key when no answer came', async () => {
    const it = shop(new TypeError('Failed to fetch'), new Problem(503, 'busy'), bought);
    await expect(it.decide()).resolves.toEqual(bought);
    expect(it.keys).toEqual(['k1', 'k1', 'k1']);
    expect(it.pauses).toEqual([250, 500]);
  });

  it('ends with the shop’s no', async () => {
    const it = shop(new Problem(409, 'taken', [12]));
    await expect(it.decide()).rejects.toMatchObject({ status: 409, seats: [12] });
    expect(it.keys).toHaveLength(1);
  });

  it('is given up after five tries', async () => {
    const it = shop(...Array.from({ length: 9 }, () => new TypeError('Failed to fetch')));
    await expect(it.decide()).rejects.toThrow('Failed to fetch');
    expect(it.keys).toEqual(['k1', 'k1', 'k1', 'k1', 'k1']);
  });

  it('keeps its key when Buy is pressed again, and another order gets another key', () => {
    let made = 0;
    const newKey = (): string => `key-${++made}`;
    const first = attemptFor(order, null, newKey);
    expect(attemptFor({ ...order }, first, newKey)).toBe(first);
    expect(attemptFor({ ...order, seats: [12] }, first, newKey).key).toBe('key-2');
    expect(attemptFor({ ...order, ticket: 'box-office' }, first, newKey).key).toBe('key-3');
    expect(attemptFor(order, null, newKey).key).toBe('key-4');
  });
});
