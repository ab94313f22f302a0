import type { TicketBy } from '../../../tickets/src/ports.ts';

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

/** What a buyer sends; the key goes beside it, in a header. */
export interface Order {
  readonly showId: number;
  readonly seats: readonly number[];
  readonly name: string;
  readonly email: string;
  readonly ticket: TicketBy;
}
