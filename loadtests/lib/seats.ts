/** Every show's seats are numbered 1 … 500. */
export const SEATS_PER_SHOW = 500;
/** People come in pairs. */
const PAIR = 2;

/** No free seat is left for the cursor: the run is void. */
export class SoldOut extends Error {}

export interface Wanted {
  readonly show: number;
  readonly seats: readonly number[];
}

/**
 * The seats of the n-th purchase: `size` together that nobody else gets, so that sales do not collide unless a script
 * wants it. Purchases go round the shows. `offset`: seats sold before this run, all in purchases of this size. `show` is
 * an index, not an id.
 */
export function seatsOf(purchase: number, offset: number, shows: number, size: number = PAIR): Wanted {
  const group = Math.ceil(offset / size) + purchase;
  const first = Math.floor(group / shows) * size + 1;
  if (first + size - 1 > SEATS_PER_SHOW) throw new SoldOut('seats ran out');
  return { show: group % shows, seats: Array.from({ length: size }, (_, index) => first + index) };
}
