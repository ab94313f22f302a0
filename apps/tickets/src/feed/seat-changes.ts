import * as z from 'zod';
import { log } from '../log.ts';
import { countMalformed } from '../metrics.ts';
import type { SeatChange } from '../ports.ts';

const schema = z.array(
  z.object({
    id: z.string().optional(),
    showId: z.number().int(),
    seats: z.array(z.number().int()),
    sold: z.boolean(),
    position: z.string().optional(),
  }),
);

/**
 * Tells of the changes in a message. One that cannot be read may have held anything, so then everybody missed something;
 * it is logged, counted, and ends nobody.
 */
export function readChanges(
  text: string | undefined,
  told: { readonly change: (change: SeatChange) => void; readonly missed: () => void },
): void {
  let changes: readonly SeatChange[];
  try {
    changes = schema.parse(JSON.parse(text ?? ''));
  } catch (error) {
    countMalformed();
    log.warn({ err: error, text: text?.slice(0, 200) }, 'an announcement of seat changes cannot be read');
    told.missed();
    return;
  }
  for (const change of changes) told.change(change);
}
