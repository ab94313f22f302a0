import type { Operation } from '../history/operation.ts';
import { acknowledgedStays, seatsAreRecorded } from './acknowledged-stays.ts';
import { cancellationsStand } from './cancellations-stand.ts';
import type { FinalState } from './final-state.ts';
import { seatsByShow } from './maps.ts';
import { mapsAreFresh } from './maps-are-fresh.ts';
import { oneOutcomePerKey } from './one-outcome-per-key.ts';
import { ownWritesAreSeen } from './own-writes-are-seen.ts';
import { ownerships } from './ownership.ts';
import { refusalsAreTrue } from './refusals-are-true.ts';
import { seatTimes } from './seat-times.ts';
import { soldOnce } from './sold-once.ts';
import type { Violation } from './violation.ts';

/**
 * Everything in a history and a final state that the promises about sales and reads rule out (P1–P5, P8, P9). n log n for n
 * operations.
 *
 * @param staleMs how old a seat map may be; null: not looked at.
 */
export function violationsIn(
  history: readonly Operation[],
  state: FinalState,
  staleMs: number | null,
): Violation[] {
  const owners = ownerships(history, state);
  const seats = seatTimes(owners);
  const byShow = seatsByShow(seats);
  return [
    ...soldOnce(owners, state),
    ...acknowledgedStays(history, state),
    ...seatsAreRecorded(state),
    ...oneOutcomePerKey(history, state),
    ...ownWritesAreSeen(history, byShow),
    ...(staleMs === null ? [] : mapsAreFresh(history, byShow, staleMs)),
    ...cancellationsStand(history, state),
    ...refusalsAreTrue(history, seats, state),
  ];
}
