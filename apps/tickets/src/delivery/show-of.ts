import type { Reservation, Show, Shows } from '../ports.ts';

/** The show of a reservation is no longer in the catalogue: without it there is nothing to write on a ticket. */
export class ShowGone extends Error {
  override readonly name = 'ShowGone';
}

const knownBy = new WeakMap<Shows, Map<number, Show>>();

/**
 * The show a reservation is for. What is printed on a ticket does not change, so each show is asked for once.
 *
 * @throws ShowGone when the catalogue has no such show
 */
export async function showOf({ showId }: Reservation, shows: Shows): Promise<Show> {
  const known = knownBy.get(shows) ?? new Map<number, Show>();
  knownBy.set(shows, known);
  const remembered = known.get(showId);
  if (remembered !== undefined) return remembered;
  const found = await shows.find(showId);
  if (found === null) throw new ShowGone(`a reservation for show ${showId}, which is gone`);
  const show = JSON.parse(found) as Show;
  known.set(showId, show);
  return show;
}
