import { Failure } from '../failure.ts';
import { buySeat } from './buy-seat.ts';

const READS = 12;
const TIMEOUT_MS = 5000;

export interface Seen {
  readonly sold: number;
  readonly free: number;
}

export interface BoughtAndRead {
  readonly showId: number;
  readonly seat: number;
  /** Token of the write; null where the shop gives none. */
  readonly position: string | null;
  readonly buyer: Seen;
  readonly other: Seen;
}

/** Buy the last free seat of a show, and read that show's seats back at once: as the buyer, and as somebody else. */
export async function buyThenRead(site: string, showId = 1): Promise<BoughtAndRead> {
  // From the back: loads take seats from the front, and must not find theirs gone.
  const free = (await seats(site, showId, {})).filter((each) => !each.sold).at(-1);
  if (!free)
    throw new Failure(`Show ${showId} is sold out.`, { next: 'Start the stage anew: down, then up.' });
  // At the box office: drawing and mailing a ticket takes so long that paused replicas would be left out for their lag.
  const bought = await buySeat(site, { showId, seat: free.seat, ticket: 'box-office' }, TIMEOUT_MS);
  const position = bought.headers.get('x-read-after');
  const headers = position === null ? {} : { 'x-read-after': position };
  const read = async (own: Record<string, string>): Promise<boolean> =>
    (await seats(site, showId, own)).some((each) => each.seat === free.seat && each.sold);
  const [buyer, other] = await Promise.all([count(() => read(headers)), count(() => read({}))]);
  return { showId, seat: free.seat, position, buyer, other };
}

async function count(isSold: () => Promise<boolean>): Promise<Seen> {
  let sold = 0;
  for (let i = 0; i < READS; i++) if (await isSold()) sold++;
  return { sold, free: READS - sold };
}

async function seats(
  site: string,
  showId: number,
  headers: Record<string, string>,
): Promise<{ seat: number; sold: boolean }[]> {
  const answer = await fetch(`${site}/shows/${showId}/seats`, {
    headers,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.status !== 200) throw new Failure(`The seats could not be read: ${answer.status}`);
  return ((await answer.json()) as { seats: { seat: number; sold: boolean }[] }).seats;
}
