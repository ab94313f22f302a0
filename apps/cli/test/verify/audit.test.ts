import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/verify/acknowledged.ts';
import { audit } from '../../src/verify/audit.ts';
import type { Ledger, LedgerReservation } from '../../src/verify/ledger.ts';

const told = (id: string | null, seats: number[], more: Partial<Answer> = {}): Answer => ({
  side: 'this',
  key: `key-${id}`,
  status: 201,
  id,
  showId: 1,
  seats,
  replayed: false,
  ...more,
});

const held = (id: string, seats: number[], more: Partial<LedgerReservation> = {}): LedgerReservation => ({
  id,
  showId: 1,
  seats,
  status: 'confirmed',
  email: 'ada@example.com',
  ticket: 'box-office',
  idempotencyKey: `key-${id}`,
  ...more,
});

/** A database whose table of sold seats agrees with its reservations. */
function ledger(...reservations: LedgerReservation[]): Ledger {
  const seatsSold = reservations
    .filter(({ status }) => status === 'confirmed')
    .flatMap(({ id, showId, seats }) => seats.map((seat) => ({ showId, seat, reservationId: id })));
  return { reservations, seatsSold };
}

const check = (answers: Answer[], database: Ledger, cancelled: string[] = []) =>
  audit(
    answers,
    cancelled.map((id) => ({ side: 'this', cancelled: id })),
    database,
  );

describe('verify', () => {
  it('holds when the database has what every buyer was told', () => {
    expect(
      check([told('a', [1, 2]), told('b', [3, 4])], ledger(held('a', [1, 2]), held('b', [3, 4]))),
    ).toMatchObject({
      acknowledged: 2,
      soldTwice: 0,
      lost: 0,
      wrongReplay: 0,
      verdict: 'holds',
    });
  });

  it('is void when nobody was told anything', () => {
    expect(check([], ledger(held('a', [1]))).verdict).toBe('void');
    expect(check([told(null, [1], { status: 409 })], ledger()).verdict).toBe('void');
  });

  it('says nothing about sales whose buyers got no answer', () => {
    expect(check([told('a', [1])], ledger(held('a', [1]), held('unheard', [2]))).verdict).toBe('holds');
  });

  it('finds a seat that two buyers hold', () => {
    const result = check(
      [told('a', [1, 2]), told('b', [2, 3])],
      ledger(held('a', [1, 2]), held('b', [2, 3])),
    );
    expect(result).toMatchObject({ soldTwice: 1, verdict: 'falls short' });
    expect(result.examples[0]).toContain('1/2 was sold to a and b');
  });

  it('finds it also where the table of sold seats kept only one of them', () => {
    const one = held('a', [1]);
    const other = held('b', [1]);
    const database: Ledger = {
      reservations: [one, other],
      seatsSold: [{ showId: 1, seat: 1, reservationId: 'a' }],
    };
    expect(check([told('a', [1]), told('b', [1])], database).soldTwice).toBe(1);
  });

  it('finds a seat that one buyer has twice in the table', () => {
    const database = ledger(held('a', [1]));
    const twice = { ...database, seatsSold: [...database.seatsSold, ...database.seatsSold] };
    expect(check([told('a', [1])], twice).soldTwice).toBe(1);
  });

  it('does not mind a seat sold again after its buyer gave it back', () => {
    const database = ledger(held('a', [1], { status: 'cancelled' }), held('b', [1]));
    expect(check([told('a', [1]), told('b', [1])], database, ['a']).verdict).toBe('holds');
  });

  it.each([
    ['missing', ledger()],
    ['cancelled by nobody', ledger(held('a', [1, 2], { status: 'cancelled' }))],
    ['for other seats', ledger(held('a', [1, 3]))],
    ['for another show', ledger(held('a', [1, 2], { showId: 9 }))],
  ])('finds an acknowledged reservation that is %s', (_, database) => {
    expect(check([told('a', [1, 2])], database)).toMatchObject({ lost: 1, verdict: 'falls short' });
  });

  it('counts a replay of the same answer once', () => {
    const replay = told('a', [1], { status: 200, replayed: true });
    expect(check([told('a', [1]), replay], ledger(held('a', [1])))).toMatchObject({
      acknowledged: 1,
      verdict: 'holds',
    });
  });

  it('finds a repeated key with another answer', () => {
    const database = ledger(held('a', [1]), held('b', [2]));
    const other = told('b', [2], { key: 'key-a', status: 200, replayed: true });
    expect(check([told('a', [1]), other], database).wrongReplay).toBe(1);
    const refused = told(null, [1], { key: 'key-a', status: 409 });
    expect(check([told('a', [1]), refused], database).wrongReplay).toBe(1);
  });
});
