import type { Operation } from '../history/operation.ts';
import type { FinalState } from './final-state.ts';
import type { Violation } from './violation.ts';

/** P8: once a cancellation was acknowledged, the reservation stays cancelled, and it holds no seat. */
export function cancellationsStand(history: readonly Operation[], state: FinalState): Violation[] {
  const cancelled = new Map<string, Operation>();
  for (const one of history)
    if (one.op === 'cancel' && one.outcome === 'ok' && one.id !== null && !cancelled.has(one.id))
      cancelled.set(one.id, one);
  const undone = state.reservations.flatMap(({ id, status }) => {
    const cancellation = cancelled.get(id);
    if (cancellation === undefined || status === 'cancelled') return [];
    return [violation(`reservation ${id} was cancelled, and is ${status}`, [cancellation])];
  });
  return [...undone, ...stillHeld(cancelled, state), ...saidToStand(history, cancelled)];
}

/** Seats in the table of sold seats whose reservation is cancelled: no buyer can get them. */
function stillHeld(cancelled: ReadonlyMap<string, Operation>, state: FinalState): Violation[] {
  const over = new Set(state.reservations.filter(({ status }) => status === 'cancelled').map(({ id }) => id));
  const seats = new Map<string, string[]>();
  for (const { showId, seat, reservationId } of state.seatsSold)
    if (over.has(reservationId))
      seats.set(reservationId, [...(seats.get(reservationId) ?? []), `${showId}/${seat}`]);
  return [...seats].map(([id, places]) => {
    const cancellation = cancelled.get(id);
    const what = `reservation ${id} is cancelled, and still holds show/seat ${places.join(', ')}`;
    return violation(what, cancellation === undefined ? [] : [cancellation]);
  });
}

/** Repeated purchases that were answered as if the reservation stood, after its cancellation was acknowledged. */
function saidToStand(history: readonly Operation[], cancelled: ReadonlyMap<string, Operation>): Violation[] {
  return history.flatMap((one) => {
    if (one.op !== 'reserve' || one.outcome !== 'ok' || one.state !== 'confirmed' || one.id === null)
      return [];
    const cancellation = cancelled.get(one.id);
    if (cancellation?.completedAt == null || one.invokedAt <= cancellation.completedAt) return [];
    const what = `reservation ${one.id} was cancelled, and key ${one.key} was answered later that it is confirmed`;
    return [violation(what, [cancellation, one])];
  });
}

function violation(what: string, operations: readonly Operation[]): Violation {
  return { promise: 'P8', what, operations };
}
