import type { Reservation, Show, Shows } from '../ports.ts';

/** The show of a reservation is no longer in the catalogue: without it there is nothing to write on a ticket. */
export class ShowGone extends Error {
  override readonly name = 'ShowGone';
}

/** A ticket shows what was announced at most so long ago. */
export const SHOW_KNOWN_MS = 60_000;

interface Known {
  readonly show: Show;
  /** When it was asked for, in milliseconds of this process's clock. */
  readonly at: number;
}

const knownBy = new WeakMap<Shows, Map<number, Known>>();

/**
 * The show a reservation is for. Each show is asked for once a minute at most; where it cannot be asked for, the one that is
 * known serves on: a ticket that is never sent is worse than one that shows last minute's date.
 *
 * @throws ShowGone when the catalogue has no such show
 */
export async function showOf({ showId }: Reservation, shows: Shows): Promise<Show> {
  const known = knownBy.get(shows) ?? new Map<number, Known>();
  knownBy.set(shows, known);
  const remembered = known.get(showId);
  const at = performance.now();
  if (remembered !== undefined && at - remembered.at < SHOW_KNOWN_MS) return remembered.show;
  try {
    const found = await shows.find(showId);
    if (found === null) throw new ShowGone(`a reservation for show ${showId}, which is gone`);
    const show = JSON.parse(found) as Show;
    known.set(showId, { show, at });
    return show;
  } catch (error) {
    if (remembered === undefined || error instanceof ShowGone) throw error;
    return remembered.show;
  }
}
