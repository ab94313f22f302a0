/** Every show's seats are numbered 1 … 500. */
export const SEATS_PER_SHOW = 500;
/** People come in pairs. */
const SEATS_PER_PURCHASE = 2;

/** No free seat is left for the cursor: the run is void. */
export class SoldOut extends Error {}

export interface Wanted {
  readonly show: number;
  readonly seats: readonly number[];
}

/**
 * The seats of the n-th purchase: a pair nobody else gets, so that sales do not collide unless a script wants it.
 * Purchases go round the shows. `offset`: seats sold before this run. `show` is an index, not an id.
 */
export function seatsOf(purchase: number, offset: number, shows: number): Wanted {
  const pair = Math.ceil(offset / SEATS_PER_PURCHASE) + purchase;
  const first = Math.floor(pair / shows) * SEATS_PER_PURCHASE + 1;
  if (first + SEATS_PER_PURCHASE - 1 > SEATS_PER_SHOW) throw new SoldOut('seats ran out');
  return {
    show: pair % shows,
    seats: Array.from({ length: SEATS_PER_PURCHASE }, (_, index) => first + index),
  };
}
