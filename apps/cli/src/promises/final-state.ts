import { z } from 'zod';

/** What the sales' databases hold once the load is over, all shards together. */
export const finalState = z.object({
  reservations: z.array(
    z.object({
      id: z.string(),
      showId: z.number(),
      seats: z.array(z.number()),
      status: z.enum(['confirmed', 'cancelled']),
      email: z.string(),
      ticket: z.enum(['mail', 'box-office']),
      /** null: no key leads to this reservation. A retry would buy again. */
      idempotencyKey: z.string().nullable(),
    }),
  ),
  /** One row per sold seat: the table with the constraint. */
  seatsSold: z.array(z.object({ showId: z.number(), seat: z.number(), reservationId: z.string() })),
});

export type FinalState = z.infer<typeof finalState>;
export type HeldReservation = FinalState['reservations'][number];
