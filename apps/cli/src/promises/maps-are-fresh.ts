import type { Operation } from '../history/operation.ts';
import { mapFaults, type SeatsByShow } from './maps.ts';
import type { Violation } from './violation.ts';

/**
 * P5: a seat map knows what was done more than `boundMs` before it was asked for, or so much longer as its answer says. With
 * 0, everything that was acknowledged.
 */
export function mapsAreFresh(
  history: readonly Operation[],
  seats: SeatsByShow,
  boundMs: number,
): Violation[] {
  return history.flatMap((map) =>
    mapFaults(map, seats, {
      promise: 'P5',
      since: map.invokedAt - boundMs - map.ageMs,
      words: `and ${boundMs + map.ageMs} ms is the bound`,
      because: [],
    }),
  );
}
