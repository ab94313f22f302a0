import type { Operation } from '../history/operation.ts';
import { type SeatsTimes, type SeatTimes, seatName } from './seat-times.ts';
import type { PromiseNumber, Violation } from './violation.ts';

/** Seats of each show that ever had an owner. */
export type SeatsByShow = ReadonlyMap<number, ReadonlyMap<number, SeatTimes>>;

export function seatsByShow(seats: SeatsTimes): SeatsByShow {
  const byShow = new Map<number, Map<number, SeatTimes>>();
  for (const [place, times] of seats) {
    const [show, seat] = place.split('/').map(Number) as [number, number];
    const known = byShow.get(show) ?? new Map<number, SeatTimes>();
    byShow.set(show, known.set(seat, times));
  }
  return byShow;
}

/** What a seat map has to know: everything that was done before `since`. */
interface Expected {
  readonly promise: PromiseNumber;
  readonly since: number;
  readonly words: string;
  /** Why it has to. */
  readonly because: readonly Operation[];
}

/** What is wrong in a seat map: seats that were sold and show as free, seats that were free and show as sold. */
export function mapFaults(map: Operation, seats: SeatsByShow, expected: Expected): Violation[] {
  const until = map.completedAt;
  if (map.op !== 'seat-map' || map.outcome !== 'ok' || until === null) return [];
  const shown = new Set(map.seats);
  const times = seats.get(map.showId);
  const found: Violation[] = [];
  for (const [seat, one] of times ?? []) {
    if (shown.has(seat)) continue;
    const owner = one.certainOwner(expected.since, until);
    if (owner !== undefined) found.push(shownAsFree(map, seat, owner, expected));
  }
  for (const seat of map.seats)
    if (times?.get(seat)?.possibleOwner(expected.since, until) === undefined)
      found.push(shownAsSold(map, seat, expected));
  return found;
}

export function shownAsFree(
  map: Operation,
  seat: number,
  owner: { readonly soldBy: number; readonly operations: readonly Operation[] },
  { promise, words, because }: Expected,
): Violation {
  const ago = ((map.invokedAt - owner.soldBy) / 1000).toFixed(3);
  return {
    promise,
    what: `${map.process} was shown show/seat ${seatName(map.showId, seat)} as free, ${ago} s after it was sold, ${words}`,
    operations: [...new Set([...owner.operations, ...because, map])],
  };
}

export function shownAsSold(map: Operation, seat: number, { promise, words, because }: Expected): Violation {
  return {
    promise,
    what: `${map.process} was shown show/seat ${seatName(map.showId, seat)} as sold, which was free, ${words}`,
    operations: [...because, map],
  };
}
