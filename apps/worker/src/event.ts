import type { Reservation } from '@scaling/tickets';
import * as z from 'zod';

const reservation = z.object({
  id: z.uuid(),
  token: z.string(),
  showId: z.int().min(1),
  seats: z.array(z.int().min(1)).min(1),
  name: z.string(),
  email: z.string(),
  ticket: z.enum(['mail', 'box-office']),
  totalCents: z.int(),
  status: z.enum(['confirmed', 'cancelled']),
  createdAt: z.iso.datetime({ offset: true }),
});

/** The message is no event: no attempt will ever deal with it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * What a message tells of: the reservation as the event left it. `confirmed`: it was sold; `cancelled`: it was given back.
 *
 * @throws Unreadable saying what is wrong with it
 */
export function eventIn(value: Buffer | null): Reservation {
  const parsed = reservation.safeParse(json(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Unreadable(`not a sale: ${issue?.path.join('.') || 'the message'}: ${issue?.message}`);
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    throw new Unreadable(`not JSON: ${(error as Error).message}`);
  }
}
