import { z } from 'zod';
import { Failure } from '../failure.ts';
import { appBox } from '../measure/inventory.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

const ledger = z.object({
  reservations: z.array(
    z.object({
      id: z.string(),
      showId: z.number(),
      seats: z.array(z.number()),
      status: z.enum(['confirmed', 'cancelled']),
      email: z.string(),
      ticket: z.enum(['mail', 'box-office']),
      idempotencyKey: z.string(),
    }),
  ),
  seatsSold: z.array(z.object({ showId: z.number(), seat: z.number(), reservationId: z.string() })),
});

/** What the database holds. */
export type Ledger = z.infer<typeof ledger>;
export type LedgerReservation = Ledger['reservations'][number];

/** Asks the shop's own command, inside a box of the stack. @throws Failure with its last words. */
export async function readLedger(runtime: Runtime, state: StackState): Promise<Ledger> {
  const box = appBox(state);
  const { code, stdout, stderr } = await runtime.exec(state, box, ['node', 'admin/ledger.mjs'], {
    timeoutMs: 60_000,
  });
  if (code === 0) return ledger.parse(JSON.parse(stdout));
  throw new Failure('What the database holds could not be read.', {
    where: `${box}: ${stderr.trim().split('\n').at(-1) ?? `status ${code}`}`,
    next: `pnpm stage ${state.stage} logs ${box}`,
  });
}
