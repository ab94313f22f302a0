import type { Ownership } from './ownership.ts';

/** When one seat had an owner. Moments in milliseconds since 1970; clocks tell no order within a millisecond. */
export interface SeatTimes {
  /** An owner who certainly had the seat before `from` and until after `to`. */
  certainOwner(from: number, to: number): Ownership | undefined;
  /** An owner who may have had the seat at some moment between `from` and `to`. */
  possibleOwner(from: number, to: number): Ownership | undefined;
}

/** All seats that ever had an owner, as SHOW/SEAT. */
export type SeatsTimes = ReadonlyMap<string, SeatTimes>;

/** n log n for n owners; a question takes log n. */
export function seatTimes(owners: readonly Ownership[]): SeatsTimes {
  const bySeat = new Map<string, Ownership[]>();
  for (const owner of owners) {
    for (const seat of owner.seats) {
      const place = seatName(owner.showId, seat);
      const known = bySeat.get(place);
      if (known === undefined) bySeat.set(place, [owner]);
      else known.push(owner);
    }
  }
  return new Map([...bySeat].map(([place, all]) => [place, timesOf(all)]));
}

export function seatName(showId: number, seat: number): string {
  return `${showId}/${seat}`;
}

function timesOf(owners: readonly Ownership[]): SeatTimes {
  const certain = longest(
    owners.filter(({ soldBy, freedFrom }) => soldBy < freedFrom),
    ({ soldBy }) => soldBy,
    ({ freedFrom }) => freedFrom,
  );
  const possible = longest(
    owners,
    ({ soldFrom }) => soldFrom,
    ({ freedBy }) => freedBy,
  );
  return {
    certainOwner(from, to) {
      const owner = certain((soldBy) => soldBy < from);
      return owner !== undefined && owner.freedFrom > to ? owner : undefined;
    },
    possibleOwner(from, to) {
      const owner = possible((soldFrom) => soldFrom <= to);
      return owner !== undefined && owner.freedBy >= from ? owner : undefined;
    },
  };
}

/** Answers: of those that begin early enough, the one that ends last. */
function longest(
  owners: readonly Ownership[],
  begin: (owner: Ownership) => number,
  end: (owner: Ownership) => number,
): (early: (begin: number) => boolean) => Ownership | undefined {
  const sorted = [...owners].sort((a, b) => begin(a) - begin(b));
  const best: Ownership[] = [];
  for (const owner of sorted) {
    const last = best.at(-1);
    best.push(last === undefined || end(owner) > end(last) ? owner : last);
  }
  return (early) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const owner = sorted[middle];
      if (owner !== undefined && early(begin(owner))) low = middle + 1;
      else high = middle;
    }
    return best[low - 1];
  };
}
