import * as z from 'zod';

/** Postgres' int: anything larger is no id. */
export const MAX_ID = 2_147_483_647;
const SEATS_PER_SHOW = 500;
const SEATS_PER_RESERVATION = 8;
const MAX_NAME = 100;

/*
 * The document contains these patterns, and tools in other languages read them. So they use no flag, no \p{…}, and
 * neither \w nor \s, which match other characters in Python.
 */

/** Control characters and separators of lines and paragraphs: they could steer a terminal or a mail header. */
const CONTROLS = '\\x00-\\x1F\\x7F-\\x9F\\u2028\\u2029';
const SPACES = ' \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000\\uFEFF';
const printable = new RegExp(`^[^${CONTROLS}]*[^${CONTROLS}${SPACES}][^${CONTROLS}]*$`);

/** A dot-atom of RFC 5322 at a domain that has a dot. */
const LOCAL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const MAX_LOCAL = 64;
const mailbox = new RegExp(`^${LOCAL}([.]${LOCAL})*@(${LABEL}[.])+[A-Za-z]{2,}$`);

/** How the buyer gets the ticket. */
export const ticketBy = z.enum(['mail', 'box-office']);

export const showId = z
  .int()
  .min(1)
  .max(MAX_ID)
  .meta({ description: 'The number of a show', examples: [1] });

const seatNumber = z.int().min(1).max(SEATS_PER_SHOW);

export const reservationId = z
  .uuid()
  .meta({ description: 'The id of a reservation', examples: ['6f1c2a8e-53d7-4b0e-9a41-0c7d5e2f8b36'] });

/** The answer to a repeated key has the reservation's token: a key that can be guessed would give it away. */
export const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9._:~+/=-]{16,128}$/, 'must be 16 to 128 letters, digits or any of . _ : ~ + / = -')
  .meta({
    description:
      'A text that cannot be guessed, a UUID for example. The same key gives the same answer, however often the request is sent',
    examples: ['0b9f6c1e-2f0d-4f5a-8c63-7d1e4a9b2c58'],
  });

/** A buyer's address, as in the reservation. */
const buyersEmail = z
  .email({ pattern: mailbox })
  .max(254)
  .refine(
    (address) => address.indexOf('@') <= MAX_LOCAL,
    `has more than ${MAX_LOCAL} characters before the @`,
  )
  .meta({ examples: ['ada@example.com'] });

/** JSON can escape half of a character. Neither UTF-8 nor Postgres can hold it. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Its length counts characters, as JSON Schema does, and not UTF-16 code units. */
const buyersName = z
  .string()
  .refine((name) => [...name].length <= MAX_NAME, `has more than ${MAX_NAME} characters`)
  .refine((name) => !LONE_SURROGATE.test(name), 'has half a character (a lone surrogate)')
  .regex(printable, 'is empty, or has characters that cannot be printed')
  .trim()
  .meta({ minLength: 1, maxLength: MAX_NAME, examples: ['Ada Lovelace'] });

/** The address of a buyer who wants a link to their reservations. */
export const linkRequest = z.strictObject({ email: buyersEmail }).meta({ id: 'LinkRequest' });

export const reservationRequest = z
  .strictObject({
    showId,
    seats: z
      .array(seatNumber)
      .min(1)
      .max(SEATS_PER_RESERVATION)
      .refine((seats) => new Set(seats).size === seats.length, 'names a seat twice')
      .meta({ uniqueItems: true, examples: [[27, 28]] }),
    name: buyersName,
    email: buyersEmail,
    ticket: ticketBy.default('mail').meta({
      description:
        'How the buyer gets the ticket: mailed at once, or collected at the box office on the evening',
    }),
  })
  .meta({ id: 'ReservationRequest' });
