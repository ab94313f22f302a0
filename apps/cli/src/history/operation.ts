import { z } from 'zod';

/**
 * What one client did, and what it learned: one JSON object per line. k6, `chaos` and the tests write the same format, so
 * that one set of checkers reads them all (the form is that of Jepsen's and Maelstrom's histories). A retry is an operation
 * of its own with the same key.
 */
export const operation = z.object({
  /** The client. Its operations do not overlap, so "what it has seen before" has a meaning. */
  process: z.string(),
  op: z.enum(['reserve', 'cancel', 'find', 'seat-map']),
  /** The Idempotency-Key of a purchase; null for the others. */
  key: z.string().nullable().default(null),
  /** Milliseconds since 1970. */
  invokedAt: z.number(),
  /** null: the answer never came. */
  completedAt: z.number().nullable(),
  /**
   * `ok`: it was done, or read. `refused`: it was answered that it was not done. `unknown`: it may have happened, once, at
   * any time after `invokedAt`. Asking again with the same key resolves it.
   */
  outcome: z.enum(['ok', 'refused', 'unknown']),
  /** HTTP status; null: none arrived. */
  status: z.number().nullable(),
  /** 0: a cancellation or a lookup whose show the client does not know. */
  showId: z.number().default(0),
  /** Seats asked for; of a seat map: those that it shows as sold. */
  seats: z.array(z.number()).default([]),
  /** The reservation that the answer names, or that the request is about. */
  id: z.string().nullable().default(null),
  /** What the answer says of that reservation. */
  state: z.enum(['confirmed', 'cancelled']).nullable().default(null),
  /** The last word of a problem's type: `seats-taken`, `outcome-unknown`. */
  problem: z.string().nullable().default(null),
  replayed: z.boolean().default(false),
  ticket: z.enum(['mail', 'box-office']).nullable().default(null),
  email: z.string().nullable().default(null),
  /** The answer said that the ticket was not mailed yet (`X-Ticket-Mail: owed`): asking again with the key mails it. */
  mailOwed: z.boolean().default(false),
  /** The consistency token that a read was sent with, and the one that a write's answer gave. */
  after: z.string().nullable().default(null),
  position: z.string().nullable().default(null),
  /** By how many milliseconds more than usual the answer says that it may be old (`X-Data-Age`). */
  ageMs: z.number().default(0),
  /** Which side of a comparison, `3` or `4`; the same for all operations of a run on one stack. */
  side: z.string().default(''),
});

export type Operation = z.infer<typeof operation>;
