import { createHash } from 'node:crypto';

/** Without letters and digits that look alike (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 16;

/**
 * What a ticket has printed on it, also in its code: `7Q4K-W2ZD-91MX-T5GE`. The box office computes it from the reservation's
 * id. The way back is not possible, so a photograph of a ticket reads and cancels nothing.
 */
export function ticketNumber(reservationId: string): string {
  const bytes = createHash('sha256').update(`ticket ${reservationId}`).digest();
  const characters = [...bytes.subarray(0, CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return characters.join('').replace(/.{4}(?=.)/g, '$&-');
}
