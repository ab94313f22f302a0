import type { Reservation, Show, TicketBy } from '../../../tickets/src/ports.ts';

export type { Reservation, SeatChange, Show, TicketBy } from '../../../tickets/src/ports.ts';

/** One seat in the answer of /shows/:id/seats. */
export interface Seat {
  readonly seat: number;
  readonly row: string;
  readonly number: number;
  readonly priceCents: number;
  readonly sold: boolean;
}

export interface SeatMap {
  readonly showId: number;
  readonly seats: readonly Seat[];
}

/** A show of which many seats went within the last minutes. */
export interface Selling {
  readonly showId: number;
  readonly seats: number;
}

/** All that a show's page needs; a part that its service did not give in time is null and named in `missing`. */
export interface ShowPage {
  readonly show: Show | null;
  readonly seats: SeatMap | null;
  readonly selling: readonly Selling[] | null;
  readonly missing: readonly string[];
}

/** What a buyer sends; the key goes beside it, in a header. */
export interface Order {
  readonly showId: number;
  readonly seats: readonly number[];
  readonly name: string;
  readonly email: string;
  readonly ticket: TicketBy;
}

/** A purchase that succeeded; `mailOwed`: asking again with its key has the ticket mailed. */
export interface Bought {
  readonly reservation: Reservation;
  readonly mailOwed: boolean;
}

/** What is known of a buyer's reservations; `missing`: shards that did not answer. */
export interface OfBuyer {
  readonly reservations: readonly Reservation[];
  readonly missing: readonly string[];
}
