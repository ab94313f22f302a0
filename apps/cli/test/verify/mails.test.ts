import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/verify/acknowledged.ts';
import type { Ledger } from '../../src/verify/ledger.ts';
import { auditMails } from '../../src/verify/mails.ts';

const told = (id: string | null, status: Answer['status'] = 201): Answer => ({
  side: 'this',
  key: `key-${id}`,
  status,
  id,
  showId: 1,
  seats: [1],
  replayed: status === 200,
});

const ledger = (...by: readonly ['a' | 'b' | 'c', 'mail' | 'box-office'][]): Ledger => ({
  reservations: by.map(([id, ticket]) => ({
    id,
    showId: 1,
    seats: [1],
    status: 'confirmed',
    email: 'ada@example.com',
    ticket,
    idempotencyKey: `key-${id}`,
  })),
  seatsSold: [],
});

const arrived = (deliveries: Record<string, number>, cancellations: Record<string, number> = {}) => ({
  deliveries,
  cancellations,
});

const cancelled = (all: Ledger): Ledger => ({
  ...all,
  reservations: all.reservations.map((one) => ({ ...one, status: 'cancelled' })),
});

describe('the mails', () => {
  it('hold when each acknowledged reservation got one, however often its buyer was told', () => {
    const answers = [told('a'), told('a', 200), told(null, 409)];
    expect(auditMails(answers, ledger(['a', 'mail']), arrived({ a: 1 }))).toEqual({
      expected: 1,
      missing: 0,
      doubled: 0,
      unannounced: 0,
      examples: [],
    });
  });

  it('are not expected by who collects the ticket', () => {
    expect(auditMails([told('a')], ledger(['a', 'box-office']), arrived({})).missing).toBe(0);
  });

  it('fall short when one is missing, and when one came twice', () => {
    const result = auditMails(
      [told('a'), told('b')],
      ledger(['a', 'mail'], ['b', 'mail']),
      arrived({ b: 2, c: 1 }),
    );
    expect(result).toMatchObject({ expected: 2, missing: 1, doubled: 1 });
    expect(result.examples).toEqual(['reservation a got no mail', 'reservation b got 2 mails']);
  });

  it.each([
    ['no mail', {}, {}, 0],
    ['a ticket and a notice', { a: 1 }, { a: 1 }, 0],
    ['a ticket and no notice', { a: 1 }, {}, 1],
    ['a notice without a ticket', {}, { a: 1 }, 1],
  ])('of a cancelled reservation: %s', (_, tickets, notices, unannounced) => {
    const result = auditMails([told('a')], cancelled(ledger(['a', 'mail'])), arrived(tickets, notices));
    expect(result).toMatchObject({ expected: 0, missing: 0, doubled: 0, unannounced });
  });

  it('fall short when a buyer whose reservation stands is told that it is cancelled', () => {
    const result = auditMails([told('a')], ledger(['a', 'mail']), arrived({ a: 1 }, { a: 1 }));
    expect(result.unannounced).toBe(1);
  });
});
