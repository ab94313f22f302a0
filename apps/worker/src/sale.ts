import type { Reservation } from '@scaling/tickets';
import * as z from 'zod';

const sale = z.object({
  id: z.uuid(),
  showId: z.int().min(1),
  seats: z.array(z.int().min(1)).min(1),
  name: z.string(),
  email: z.string(),
  ticket: z.enum(['mail', 'box-office']),
  totalCents: z.int(),
  status: z.enum(['confirmed', 'cancelled']),
  createdAt: z.iso.datetime({ offset: true }),
});

/** No attempt will ever deal with this: it is put aside. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** The reservation that a message tells of. @throws Hopeless saying what is wrong with it. */
export function saleIn(value: Buffer | null): Reservation {
  const parsed = sale.safeParse(json(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Hopeless(`not a sale: ${issue?.path.join('.') || 'the message'}: ${issue?.message}`);
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    throw new Hopeless(`not JSON: ${(error as Error).message}`);
  }
}
