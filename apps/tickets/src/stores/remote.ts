import { ask } from '../http/ask.ts';
import type { JsonText, Reservations, Shows } from '../ports.ts';

/** The shows as the service that has them tells them. */
export function remoteShows(url: string): Shows {
  return {
    list: async () => (await ask(`${url}/shows`)) ?? ('[]' as JsonText),
    find: (id) => ask(`${url}/shows/${id}`),
  };
}

/** The seats as the service that sells them tells them. Selling is left to it. */
export function remoteSeats(url: string): Pick<Reservations, 'seatMap'> {
  return { seatMap: (showId) => ask(`${url}/shows/${showId}/seats`) };
}
