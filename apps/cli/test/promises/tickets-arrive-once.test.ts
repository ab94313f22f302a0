import { expect, it } from 'vitest';
import { ticketsArriveOnce } from '../../src/promises/tickets-arrive-once.ts';

// Watches promise P7.
it.each([
  ['a ticket that was mailed once', 'mail', 'confirmed', 1, 0, true],
  ['a ticket that did not arrive', 'mail', 'confirmed', 0, 0, false],
  ['a ticket that arrived twice', 'mail', 'confirmed', 2, 0, false],
  ['a notice to a buyer whose reservation stands', 'mail', 'confirmed', 1, 1, false],
  ['a reservation that was cancelled before its mail', 'mail', 'cancelled', 0, 0, true],
  ['a ticket and the notice that it is void', 'mail', 'cancelled', 1, 1, true],
  ['a void ticket without a notice', 'mail', 'cancelled', 1, 0, false],
  ['a notice without a ticket', 'mail', 'cancelled', 0, 1, false],
  ['no mail for the box office', 'box-office', 'confirmed', 0, 0, true],
  ['a mail for the box office', 'box-office', 'confirmed', 1, 0, false],
] as const)('judges %s', (_, ticket, status, tickets, notices, isRight) => {
  const reservation = {
    id: 'a',
    showId: 1,
    seats: [1],
    status,
    email: 'ada@example.com',
    ticket,
    idempotencyKey: 'k',
  };
  const state = { reservations: [reservation], seatsSold: [] };
  const found = ticketsArriveOnce({
    state,
    mails: { deliveries: { a: tickets }, cancellations: { a: notices } },
  });
  expect(found.map(({ promise }) => promise)).toEqual(isRight ? [] : ['P7']);
});
