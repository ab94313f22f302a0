// Watches promise P7.
import { describe, expect, it } from 'vitest';
import {
  type ArrivedMail,
  type ArrivedMails,
  arrivedOnce,
  collectedIsNotMailed,
  mailsAreRight,
  noticesMatch,
  ticketsArrived,
  unmailed,
} from '../../src/promises/mails-arrive.ts';
import { bought, database, held } from './histories.ts';

const byMail = { ticket: 'mail' } as const;
const state = database(held('a', [2, 1], byMail), held('b', [3]));
const sale = bought('a', [1, 2], { invokedAt: 1000 });

const mail = (more: Partial<ArrivedMail> = {}): ArrivedMail => ({
  reservation: 'a',
  to: ['ada@example.com'],
  receivedAt: 2000,
  show: 'Hamlet',
  seats: [1, 2],
  ...more,
});
const arrived = (...contents: readonly ArrivedMail[]): ArrivedMails => ({
  counts: new Map(contents.map(({ reservation }) => [reservation ?? '', 1])),
  notices: new Map(),
  since: 0,
  contents,
  titles: new Map([[1, 'Hamlet']]),
});

describe('the checkers of mails', () => {
  it('accept one right mail for each ticket that is to be mailed', () => {
    const mails = arrived(mail());
    expect(ticketsArrived(state, mails)).toEqual([]);
    expect(arrivedOnce(mails)).toEqual([]);
    expect(mailsAreRight([sale], state, mails)).toEqual([]);
  });

  it('find a missing mail, unless the ticket is collected or the reservation is cancelled', () => {
    const cancelled = held('c', [9], { ...byMail, status: 'cancelled' });
    const found = ticketsArrived(database(...state.reservations, cancelled), arrived());
    expect(found).toEqual([{ promise: 'P7', what: 'reservation a got no mail', operations: [] }]);
  });

  it('tell a missing mail that is not said to be owed from one that is, and from a forgotten one', () => {
    const owed = bought('a', [1, 2], { invokedAt: 1000, mailOwed: true });
    const again = bought('a', [1, 2], { invokedAt: 3000, status: 200, replayed: true });
    const none = arrived();
    const nothing = { owed: [], forgotten: [], violations: [] };
    expect(unmailed([owed], state, none)).toEqual({ ...nothing, owed: ['a'] });
    expect(unmailed([owed, again], state, none).violations).toMatchObject([{ operations: [again] }]);
    expect(unmailed([owed, again], state, arrived(mail()))).toEqual(nothing);
    expect(unmailed([owed, again], state, { ...none, since: 3001 })).toEqual({
      ...nothing,
      forgotten: ['a'],
    });
    const unanswered = { ...again, id: null, outcome: 'unknown', invokedAt: 1000 } as const;
    expect(unmailed([unanswered, again], state, { ...none, since: 1001 })).toMatchObject({
      forgotten: ['a'],
    });
    expect(unmailed([bought('b', [3])], state, none)).toEqual(nothing);
  });

  it('find a mail to a buyer who collects the ticket', () => {
    expect(collectedIsNotMailed(state, arrived(mail()))).toEqual([]);
    expect(collectedIsNotMailed(state, arrived(mail({ reservation: 'b' })))).toHaveLength(1);
  });

  it('find a second mail', () => {
    const twice = { ...arrived(), counts: new Map([['a', 2]]) };
    expect(arrivedOnce(twice).map(({ what }) => what)).toEqual(['reservation a got 2 mails']);
  });

  it.each([
    [
      'goes to another buyer',
      { to: ['eve@example.com'] },
      'went to eve@example.com and not to ada@example.com',
    ],
    [
      'goes to another buyer as well',
      { to: ['ada@example.com', 'eve@example.com'] },
      'went to ada@example.com, eve',
    ],
    ['is for another show', { show: 'Faust' }, 'is for Faust, and its buyer chose Hamlet'],
    ['has a ticket for other seats', { seats: [1, 3] }, 'has a ticket for seats 1, 3, and 1, 2 were sold'],
    ['has no ticket', { seats: null }, 'has no ticket attached'],
    ['is for no reservation', { reservation: 'z' }, 'got a mail for reservation z, which does not exist'],
    ['names no reservation', { reservation: null }, 'got a mail for reservation null, which does not exist'],
  ])('find a mail that %s', (_, more, words) => {
    const found = mailsAreRight([sale], state, arrived(mail(more)));
    expect(found).toHaveLength(1);
    expect(found[0]?.what).toContain(words);
  });

  it('accept a mail for a sale that a failover may have lost before anybody was told of it', () => {
    const mails = arrived(mail({ reservation: 'z' }));
    expect(mailsAreRight([sale], state, mails, true)).toEqual([]);
    expect(mailsAreRight([sale], state, arrived(mail({ reservation: null })), true)).toHaveLength(1);
  });

  it('say nothing of a lost reservation, and of mails from before the history', () => {
    expect(mailsAreRight([sale], database(), arrived(mail()))).toEqual([]);
    expect(mailsAreRight([sale], state, arrived(mail({ reservation: 'old', receivedAt: 999 })))).toEqual([]);
  });

  it.each([
    ['a cancelled reservation without a mail', 'cancelled', 0, 0, 0],
    ['a cancelled one with a ticket and a notice', 'cancelled', 1, 1, 0],
    ['a confirmed one with a ticket', 'confirmed', 1, 0, 0],
    ['a cancelled one with a ticket alone', 'cancelled', 1, 0, 1],
    ['a cancelled one with a notice alone', 'cancelled', 0, 1, 1],
    ['a cancelled one with two notices', 'cancelled', 1, 2, 1],
    ['a confirmed one with a notice', 'confirmed', 1, 1, 1],
  ] as const)('look at notices of cancellations: %s', (_, status, tickets, notices, violations) => {
    const count = (of: number) => new Map(of === 0 ? [] : [['a', of]]);
    const mails = { ...arrived(), counts: count(tickets), notices: count(notices) };
    expect(noticesMatch(database(held('a', [1], { ...byMail, status })), mails)).toHaveLength(violations);
  });
});
