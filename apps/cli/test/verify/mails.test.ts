import { describe, expect, it } from 'vitest';
import type { ArrivedMails } from '../../src/promises/mails-arrive.ts';
import { auditMails } from '../../src/verify/mails.ts';
import { bought, database, held } from '../promises/histories.ts';

const byMail = { ticket: 'mail' } as const;
const final = database(
  held('a', [1], byMail),
  held('b', [2], byMail),
  held('c', [3], byMail),
  held('d', [4]),
);
const history = [bought('a', [1]), bought('b', [2]), bought('c', [3])];

const arrived = (counts: Record<string, number>, more: Partial<ArrivedMails> = {}): ArrivedMails => ({
  counts: new Map(Object.entries(counts)),
  notices: new Map(),
  since: 0,
  contents: [],
  titles: new Map([[1, 'Hamlet']]),
  ...more,
});

describe('the mails that verify counts', () => {
  it('are all there', () => {
    expect(auditMails(history, final, arrived({ a: 1, b: 1, c: 1 }), { promised: true })).toEqual({
      expected: 3,
      missing: 0,
      owed: 0,
      forgotten: 0,
      doubled: 0,
      wrong: 0,
      violations: [],
    });
  });

  it('are counted, and promised to nobody who was told that they are owed, where the app mails itself', () => {
    const owed = history.map((one) => ({ ...one, mailOwed: one.id === 'c' }));
    const found = auditMails(owed, final, arrived({ a: 1, b: 2 }), { promised: false });
    expect(found).toEqual({
      expected: 3,
      missing: 1,
      owed: 1,
      forgotten: 0,
      doubled: 1,
      wrong: 0,
      violations: [],
    });
  });

  it('are promised to whoever was not told that they are owed', () => {
    const { violations } = auditMails(history, final, arrived({ a: 1, b: 1 }), { promised: false });
    expect(violations.map(({ operations }) => operations)).toEqual([[history[2]]]);
  });

  it('are promised where a queue delivers them', () => {
    const { violations } = auditMails(history, final, arrived({ a: 1, b: 2 }), { promised: true });
    expect(violations.map(({ what }) => what)).toEqual([
      'reservation c got no mail',
      'reservation b got 2 mails',
    ]);
  });

  it('have the right content in every stage', () => {
    const mail = { reservation: 'a', receivedAt: 2000, show: 'Hamlet', seats: [1] };
    const contents = [{ ...mail, to: ['eve@example.com'] }];
    const { wrong, violations } = auditMails(history, final, arrived({ a: 1, b: 1, c: 1 }, { contents }), {
      promised: false,
    });
    expect([wrong, violations.length]).toEqual([1, 1]);
  });

  it('tell of cancellations only where a queue does', () => {
    const given = database(held('a', [1], { ...byMail, status: 'cancelled' }));
    expect(auditMails(history, given, arrived({ a: 1 }), { promised: false }).wrong).toBe(0);
    expect(auditMails(history, given, arrived({ a: 1 }), { promised: true }).wrong).toBe(1);
  });
});
