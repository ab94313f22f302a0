import type { Operation } from '../history/operation.ts';
import { purchasesByKey } from './by-key.ts';
import type { FinalState } from './final-state.ts';
import { type SeatsTimes, seatName } from './seat-times.ts';
import type { Violation } from './violation.ts';

/**
 * P9: a refusal is true. A buyer who is told that nothing was reserved has no reservation. Seats that are said to be taken
 * may have had an owner at some moment of the request. A reservation that is said not to exist does not.
 */
export function refusalsAreTrue(
  history: readonly Operation[],
  seats: SeatsTimes,
  state: FinalState,
): Violation[] {
  return [
    ...ghostSales(history, state),
    ...takenWithoutOwner(history, seats),
    ...deniedReservations(history, state),
    ...heldWithoutReservation(state),
  ];
}

/**
 * Every try with this key was refused, and there is a reservation: its buyer does not know of it. Or the first try that was
 * not refused got the reservation of an earlier one.
 */
function ghostSales(history: readonly Operation[], state: FinalState): Violation[] {
  const held = new Map(state.reservations.map(({ id, idempotencyKey }) => [idempotencyKey, id]));
  return [...purchasesByKey(history)].flatMap(([key, purchases]) => {
    const id = held.get(key);
    const [first] = purchases;
    const other = purchases.find(({ outcome }) => outcome !== 'refused');
    if (id === undefined || first === other || (other !== undefined && !other.replayed)) return [];
    const said = first?.problem ?? first?.status;
    return [violation(`key ${key} was refused (${said}), and reservation ${id} was made`, purchases)];
  });
}

/** The seats were free from the first try with this key until it was refused. */
function takenWithoutOwner(history: readonly Operation[], seats: SeatsTimes): Violation[] {
  return [...purchasesByKey(history)].flatMap(([key, purchases]) => {
    const [first] = purchases;
    const refusal = purchases.find(({ problem }) => problem === 'seats-taken');
    if (first === undefined || refusal?.completedAt == null) return [];
    const until = refusal.completedAt;
    const owned = refusal.seats.some(
      (seat) =>
        seats.get(seatName(refusal.showId, seat))?.possibleOwner(first.invokedAt, until) !== undefined,
    );
    if (owned) return [];
    const what = `key ${key} was told that seats ${refusal.seats.join(', ')} of show ${refusal.showId} are taken, and they were free`;
    return [violation(what, [refusal])];
  });
}

/** A cancellation was answered that there is no such reservation, after its buyer was told of it, and there is one. */
function deniedReservations(history: readonly Operation[], state: FinalState): Violation[] {
  const held = new Set(state.reservations.map(({ id }) => id));
  const toldAt = new Map<string, number>();
  for (const { op, outcome, id, completedAt } of history)
    if (op === 'reserve' && outcome === 'ok' && id !== null && completedAt !== null)
      toldAt.set(id, Math.min(toldAt.get(id) ?? Number.POSITIVE_INFINITY, completedAt));
  return history.flatMap((one) => {
    if (one.op !== 'cancel' || one.id === null || one.status !== 404 || !held.has(one.id)) return [];
    if ((toldAt.get(one.id) ?? Number.POSITIVE_INFINITY) >= one.invokedAt) return [];
    return [
      violation(`reservation ${one.id} exists, and cancelling it was refused: no such reservation`, [one]),
    ];
  });
}

/** Rows of sold seats without a reservation: every buyer is refused, and none has the seats. */
function heldWithoutReservation({ reservations, seatsSold }: FinalState): Violation[] {
  const known = new Set(reservations.map(({ id }) => id));
  return seatsSold
    .filter(({ reservationId }) => !known.has(reservationId))
    .map(({ showId, seat, reservationId }) =>
      violation(
        `show/seat ${showId}/${seat} is held by reservation ${reservationId}, which does not exist`,
        [],
      ),
    );
}

function violation(what: string, operations: readonly Operation[]): Violation {
  return { promise: 'P9', what, operations };
}
