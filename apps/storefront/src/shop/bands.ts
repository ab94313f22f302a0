import type { Seat } from './types.ts';

/** The distinct prices of a hall, dearest first: a seat's band is its price's place in this list. */
export function priceBands(seats: Iterable<Seat>): number[] {
  return [...new Set([...seats].map((seat) => seat.priceCents))].toSorted((a, b) => b - a);
}
