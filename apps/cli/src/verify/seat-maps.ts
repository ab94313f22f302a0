import { z } from 'zod';
import { type Operation, operation } from '../history/operation.ts';

const LIMIT_MS = 5000;
/** What asks for more at the same time would be load. */
const AT_A_TIME = 4;

const seatMap = z.object({ seats: z.array(z.object({ seat: z.number(), sold: z.boolean() })) });

/**
 * The seat maps of these shows as a visitor sees them now, through every balancer, edge and cache of the stage. Nothing is
 * said by a map that cannot be had, or that a region cut off from its primary sends with its age.
 */
export async function readSeatMaps(site: string, showIds: readonly number[]): Promise<readonly Operation[]> {
  const left = [...showIds];
  const maps: Operation[] = [];
  const visitor = async (): Promise<void> => {
    for (let showId = left.pop(); showId !== undefined; showId = left.pop())
      maps.push(await readSeatMap(site, showId));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, visitor));
  return maps;
}

async function readSeatMap(site: string, showId: number): Promise<Operation> {
  const invokedAt = Date.now();
  const asked = { process: 'verify', op: 'seat-map', showId, invokedAt } as const;
  try {
    const response = await fetch(`${site}/shows/${showId}/seats`, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (response.headers.has('x-data-age')) throw new Error('an old map, and it says so');
    const { seats } = seatMap.parse(await response.json());
    const sold = seats.filter((one) => one.sold).map(({ seat }) => seat);
    return operation.parse({
      ...asked,
      completedAt: Date.now(),
      outcome: 'ok',
      status: response.status,
      seats: sold,
    });
  } catch {
    return operation.parse({ ...asked, completedAt: null, outcome: 'unknown', status: null });
  }
}
