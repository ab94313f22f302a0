import type { Seat, SeatChange, SeatMap } from './types.ts';

export const MOST_SEATS = 8;
/** How long news of a seat outweighs a seat map, which may have been read just before it, or on a replica behind it. */
const NEWS_MS = 5_000;

interface News extends SeatChange {
  readonly at: number;
}

/** The hall as one visitor sees it. Every function below returns a new one and changes nothing. */
export interface House {
  readonly seats: ReadonlyMap<number, Seat>;
  /** Picked by this visitor and not bought, in the order of picking. */
  readonly picked: readonly number[];
  /** Bought in this browser. */
  readonly mine: ReadonlySet<number>;
  readonly news: readonly News[];
  /** Seats that went to somebody else while this visitor had picked them, since the last pick. */
  readonly lost: readonly number[];
  /** A purchase is under way: news of its own seats is no loss. */
  readonly buying: boolean;
}

export type SeatState = 'free' | 'picked' | 'sold' | 'mine';

export function emptyHouse(mine: Iterable<number> = []): House {
  return { seats: new Map(), picked: [], mine: new Set(mine), news: [], lost: [], buying: false };
}

export function stateOf(house: House, seat: Seat): SeatState {
  if (seat.sold) return house.mine.has(seat.seat) ? 'mine' : 'sold';
  return house.picked.includes(seat.seat) ? 'picked' : 'free';
}

/** Takes a seat map that has just been loaded; news of the last seconds stands above it. */
export function withMap(house: House, map: SeatMap, now: number): House {
  const loaded = { ...house, seats: new Map(map.seats.map((seat) => [seat.seat, seat])) };
  const fresh = house.news.filter(({ at }) => now - at < NEWS_MS);
  return fresh.reduce(applied, withoutLost({ ...loaded, news: fresh }));
}

/** Takes a change that the live stream reported. */
export function withChange(house: House, change: SeatChange, now: number): House {
  const news = [...house.news.filter(({ at }) => now - at < NEWS_MS), { ...change, at: now }];
  return withoutLost(applied({ ...house, news }, change));
}

/** Picks a free seat or gives a picked one back; a ninth seat and a sold one are refused by changing nothing. */
export function withToggled(house: House, seat: number): House {
  if (house.buying || house.seats.get(seat)?.sold !== false) return house;
  const without = house.picked.filter((other) => other !== seat);
  if (without.length < house.picked.length) return { ...house, picked: without, lost: [] };
  if (house.picked.length >= MOST_SEATS) return house;
  return { ...house, picked: [...house.picked, seat], lost: [] };
}

export function withBuying(house: House, buying: boolean): House {
  return buying ? { ...house, buying, lost: [] } : withoutLost({ ...house, buying });
}

/** Takes the shop's word that these seats are somebody else's. */
export function withTaken(house: House, seats: readonly number[], showId: number, now: number): House {
  return withChange({ ...house, buying: false }, { showId, seats, sold: true }, now);
}

export function totalCents(house: House): number {
  return house.picked.reduce((sum, seat) => sum + (house.seats.get(seat)?.priceCents ?? 0), 0);
}

function applied(house: House, change: SeatChange): House {
  const seats = new Map(house.seats);
  for (const number of change.seats) {
    const seat = seats.get(number);
    if (seat) seats.set(number, { ...seat, sold: change.sold });
  }
  return { ...house, seats };
}

/** Drops picked seats that are sold by now, and remembers them to be told. */
function withoutLost(house: House): House {
  if (house.buying) return house;
  const gone = house.picked.filter((seat) => house.seats.get(seat)?.sold === true);
  if (gone.length === 0) return house;
  const picked = house.picked.filter((seat) => !gone.includes(seat));
  return { ...house, picked, lost: [...house.lost, ...gone] };
}
