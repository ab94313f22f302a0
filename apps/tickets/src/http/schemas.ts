import * as z from 'zod';

/** Postgres' int: anything larger is no id. */
const MAX_INT = 2_147_483_647;
export const SEATS_PER_SHOW = 500;
export const SEATS_PER_RESERVATION = 8;

/** Letters of any script, punctuation and spaces, but nothing that steers a terminal or a mail header. */
const printable = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

export const showId = z.coerce
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().max(MAX_INT));

export const reservationId = z.uuid();

export const idempotencyKey = z
  .string()
  .regex(/^[\w.:~+/=-]{1,128}$/, 'must be 1 to 128 letters, digits or any of . _ : ~ + / = -');

export const reservationRequest = z
  .strictObject({
    showId: z.int().min(1).max(MAX_INT),
    seats: z
      .array(z.int().min(1).max(SEATS_PER_SHOW))
      .min(1)
      .max(SEATS_PER_RESERVATION)
      .refine((seats) => new Set(seats).size === seats.length, 'names a seat twice'),
    name: z.string().trim().min(1).max(100).regex(printable, 'has characters that cannot be printed'),
    email: z.email().max(254),
  })
  .meta({ id: 'ReservationRequest' });
