import { ticketMail } from '@scaling/tickets/ticket';
import { describe, expect, it } from 'vitest';
import { ticketSeats } from '../../src/verify/ticket-seats.ts';

const SHOW = {
  title: 'Hamlet',
  artist: 'The Globe',
  venue: 'Hall',
  city: 'London',
  startsAt: '2027-01-01T20:00:00',
  currency: 'EUR',
};
const shows = { find: async () => JSON.stringify(SHOW) } as unknown as Parameters<typeof ticketMail>[1];

async function pdfOf(seats: readonly number[]): Promise<Buffer> {
  const reservation = {
    id: '4b1c1a6e-0000-4000-8000-000000000000',
    token: '0123456789abcdef0123456789abcdef',
    showId: 1,
    seats,
    name: 'Seats 7, 8',
    email: 'ada@example.com',
    ticket: 'mail',
    totalCents: 1000,
    status: 'confirmed',
    createdAt: '2027-01-01T00:00:00Z',
  } as const;
  const { attachment } = await ticketMail(reservation, shows, 'http://localhost');
  return Buffer.from(attachment?.content ?? []);
}

describe('the seats on a ticket', () => {
  it.each([[[1]], [[12, 13, 14]], [[1, 2, 3, 4, 5, 6, 7, 500]]])(
    'are read from its PDF: %j',
    async (seats) => {
      expect(ticketSeats(await pdfOf(seats))).toEqual(seats);
    },
  );

  it('are unknown where there is no ticket', () => {
    expect(ticketSeats(Buffer.from('%PDF-1.7 stream\nnothing\nendstream'))).toBeNull();
    expect(ticketSeats(Buffer.alloc(0))).toBeNull();
  });
});
