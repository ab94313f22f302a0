import type { Operation } from '../history/operation.ts';
import type { FinalState, HeldReservation } from './final-state.ts';
import { cancellationsById } from './ownership.ts';
import { seatName } from './seat-times.ts';
import type { Violation } from './violation.ts';

/**
 * P1: what a buyer was told that they have is in the database, for the same seats, and still confirmed unless a client asked
 * to cancel it. A cancellation whose outcome is unknown may have been done.
 */
export function acknowledgedStays(history: readonly Operation[], state: FinalState): Violation[] {
  const held = new Map(state.reservations.map((one) => [one.id, one]));
  const cancelling = cancellationsById(history);
  const looked = new Set<string>();
  return history.flatMap((sale) => {
    if (sale.op !== 'reserve' || sale.outcome !== 'ok') return [];
    if (sale.id === null) return [lost(`key ${sale.key} was sold seats under no reservation`, sale)];
    if (looked.has(sale.id)) return [];
    looked.add(sale.id);
    const wrong = difference(sale, held.get(sale.id), cancelling.has(sale.id));
    return wrong === null ? [] : [lost(`reservation ${sale.id} (key ${sale.key}) ${wrong}`, sale)];
  });
}

/** P1: a confirmed reservation has each of its seats in the table that the constraint guards, or they could be sold again. */
export function seatsAreRecorded({ reservations, seatsSold }: FinalState): Violation[] {
  const rows = new Set(
    seatsSold.map(({ showId, seat, reservationId }) => `${seatName(showId, seat)} ${reservationId}`),
  );
  return reservations.flatMap(({ id, showId, seats, status }) => {
    const without = seats.filter((seat) => !rows.has(`${seatName(showId, seat)} ${id}`));
    if (status !== 'confirmed' || without.length === 0) return [];
    const what = `reservation ${id} is confirmed, and its seats ${without.join(', ')} of show ${showId} count as free`;
    return [{ promise: 'P1', what, operations: [] }];
  });
}

function difference(sale: Operation, found: HeldReservation | undefined, cancelled: boolean): string | null {
  if (found === undefined) return 'is not in the database';
  if (found.status !== 'confirmed' && !cancelled) return `is ${found.status}, and no client cancelled it`;
  const same =
    found.showId === sale.showId &&
    found.seats.length === sale.seats.length &&
    found.seats.every((seat) => sale.seats.includes(seat));
  return same
    ? null
    : `is for show ${found.showId}, seats ${found.seats}; its buyer was told show ${sale.showId}, seats ${sale.seats}`;
}

function lost(what: string, sale: Operation): Violation {
  return { promise: 'P1', what, operations: [sale] };
}
