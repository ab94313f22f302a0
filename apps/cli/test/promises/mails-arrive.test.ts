// Watches promise P7.
import { describe, expect, it } from 'vitest';
import {
  type ArrivedMail,
  type ArrivedMails,
  arrivedOnce,
  cancelledGetNoTicket,
  mailsAreRight,
  ticketsArrived,
} from '../../src/promises/mails-arrive.ts';
import { bought, cancel, database, held } from './histories.ts';

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

  it('say nothing of a lost reservation, and of mails from before the history', () => {
    expect(mailsAreRight([sale], database(), arrived(mail()))).toEqual([]);
    expect(mailsAreRight([sale], state, arrived(mail({ reservation: 'old', receivedAt: 999 })))).toEqual([]);
  });

  it('find a ticket that is mailed after its reservation was cancelled', () => {
    const history = [sale, cancel('a', { invokedAt: 1990 })];
    expect(cancelledGetNoTicket(history, arrived(mail({ receivedAt: 2500 })), 500)).toEqual([]);
    expect(cancelledGetNoTicket(history, arrived(mail({ receivedAt: 2501, show: null })), 500)).toEqual([]);
    expect(cancelledGetNoTicket(history, arrived(mail({ receivedAt: 2501 })), 500)).toMatchObject([
      { what: 'reservation a got its ticket 0.5 s after it was cancelled', operations: [history[1]] },
    ]);
  });
});
