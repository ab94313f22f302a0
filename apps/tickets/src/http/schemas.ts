import * as z from 'zod';

/** Postgres' int: anything larger is no id. */
export const MAX_ID = 2_147_483_647;
const SEATS_PER_SHOW = 500;
const SEATS_PER_RESERVATION = 8;

/** How the buyer gets the ticket. */
export const ticketBy = z.enum(['mail', 'box-office']);

/** Letters of any script, punctuation and spaces, but nothing that steers a terminal or a mail header. */
const printable = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

export const reservationId = z.uuid();

export const idempotencyKey = z
  .string()
  .regex(/^[\w.:~+/=-]{1,128}$/, 'must be 1 to 128 letters, digits or any of . _ : ~ + / = -');

/** A buyer's address, as in the reservation. */
export const buyersEmail = z.email().max(254);

export const reservationRequest = z
  .strictObject({
    showId: z.int().min(1).max(MAX_ID),
    seats: z
      .array(z.int().min(1).max(SEATS_PER_SHOW))
      .min(1)
      .max(SEATS_PER_RESERVATION)
      .refine((seats) => new Set(seats).size === seats.length, 'names a seat twice'),
    name: z.string().trim().min(1).max(100).regex(printable, 'has characters that cannot be printed'),
    email: buyersEmail,
    ticket: ticketBy.default('mail').meta({
      description:
        'How the buyer gets the ticket: mailed at once, or collected at the box office on the evening',
    }),
  })
  .meta({ id: 'ReservationRequest' });
