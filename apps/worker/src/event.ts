import type { Reservation } from '@scaling/tickets';
import * as z from 'zod';

const reservation = z.object({
  id: z.uuid(),
  // A sale from before there were tokens may still be on its way: its mail has no link.
  token: z.string().default(''),
  showId: z.int().min(1),
  seats: z.array(z.int().min(1)).min(1),
  name: z.string(),
  email: z.string(),
  ticket: z.enum(['mail', 'box-office']),
  totalCents: z.int(),
  status: z.enum(['confirmed', 'cancelled']),
  createdAt: z.iso.datetime({ offset: true }),
});

const linkRequest = z.object({ kind: z.literal('link'), id: z.uuid(), email: z.string() });

/** A buyer wants the link to the reservations of an address. */
export type LinkRequest = z.infer<typeof linkRequest>;

/** A reservation as a sale or a cancellation left it, or the request for a link. */
export type Event = Reservation | LinkRequest;

export function isLinkRequest(event: Event): event is LinkRequest {
  return 'kind' in event;
}

/** The message is no event: no attempt will ever deal with it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * What a message tells of. A reservation that is `confirmed` was sold; one that is `cancelled` was given back.
 *
 * @throws Unreadable saying what is wrong with it
 */
export function eventIn(value: Buffer | null): Event {
  const found = json(value);
  const asked = linkRequest.safeParse(found);
  if (asked.success) return asked.data;
  const parsed = reservation.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Unreadable(`not a sale: ${issue?.path.join('.') || 'the message'}: ${issue?.message}`);
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    // The error's own words quote the message, which has a buyer's name and address.
    throw new Unreadable('not JSON', { cause: (error as Error).name });
  }
}
