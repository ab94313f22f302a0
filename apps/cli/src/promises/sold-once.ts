import type { FinalState } from './final-state.ts';
import type { Ownership } from './ownership.ts';
import { seatName } from './seat-times.ts';
import type { Violation } from './violation.ts';

/**
 * P2: no seat has two buyers. Neither in the final state, in the table of sold seats or in the confirmed reservations, nor at
 * any moment before, as far as buyers were told.
 */
export function soldOnce(owners: readonly Ownership[], state: FinalState): Violation[] {
  const found = new Map([...overlapping(owners), ...twiceAtTheEnd(state)]);
  return [...found.values()];
}

function twiceAtTheEnd({ reservations, seatsSold }: FinalState): [string, Violation][] {
  const holders = new Map<string, Set<string>>();
  const rows = new Map<string, number>();
  const hold = (place: string, reservation: string): void => {
    const known = holders.get(place);
    if (known === undefined) holders.set(place, new Set([reservation]));
    else known.add(reservation);
  };
  for (const { showId, seat, reservationId } of seatsSold) {
    const place = seatName(showId, seat);
    rows.set(place, (rows.get(place) ?? 0) + 1);
    hold(place, reservationId);
  }
  for (const { id, showId, seats, status } of reservations)
    if (status === 'confirmed') for (const seat of seats) hold(seatName(showId, seat), id);
  return [...holders].flatMap(([place, all]) =>
    all.size > 1 || (rows.get(place) ?? 0) > 1 ? [[place, violation(place, [...all], [])]] : [],
  );
}

/** Seats that one buyer certainly had while another was told that they are theirs. */
function overlapping(owners: readonly Ownership[]): [string, Violation][] {
  const certain = owners
    .filter(({ soldBy, freedFrom }) => soldBy < freedFrom)
    .sort((a, b) => a.soldBy - b.soldBy);
  const last = new Map<string, Ownership>();
  const found: [string, Violation][] = [];
  for (const owner of certain) {
    for (const seat of owner.seats) {
      const place = seatName(owner.showId, seat);
      const before = last.get(place);
      if (before !== undefined && before.id !== owner.id && owner.soldBy < before.freedFrom)
        found.push([place, violation(place, [before.id, owner.id], [before, owner])]);
      if (before === undefined || owner.freedFrom > before.freedFrom) last.set(place, owner);
    }
  }
  return found;
}

function violation(
  place: string,
  reservations: readonly (string | null)[],
  owners: readonly Ownership[],
): Violation {
  return {
    promise: 'P2',
    what: `show/seat ${place} was sold to ${reservations.join(' and ')}`,
    operations: owners.flatMap(({ operations }) => operations),
  };
}
