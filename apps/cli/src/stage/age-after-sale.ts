import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { buySeat } from './buy-seat.ts';

const READERS = 4;
/** Between two reads of a reader: enough to see every hundredth of a second, and no load to speak of. */
const PAUSE_MS = 20;
const TIMEOUT_MS = 5000;

export interface AgeRequest {
  readonly rounds: number;
  /** For so long after a sale it is looked at, and longer while somebody still sees the seat as free. */
  readonly lookMs: number;
  /** A map that is this old is older than it may ever be: no need to wait for more. */
  readonly mostMs: number;
  /** Where the others read, if not where the seat is bought: in another region. */
  readonly readAt?: string;
  readonly signal: AbortSignal;
}

export interface Ages {
  readonly reads: number;
  /** Those that the cache answered (`X-Cache`: HIT or STALE). */
  readonly fromCache: number;
  /** One per sale: how long after its buyer was told a read began that still showed the seat as free; 0: none did. */
  readonly ages: readonly number[];
}

/** Buys a seat, round by round, while others who know nothing of it (no token) keep reading that show's map. */
export async function ageAfterSale(site: string, request: AgeRequest): Promise<Ages> {
  const shows = await showIds(site);
  const ages: number[] = [];
  let reads = 0;
  let fromCache = 0;
  for (let round = 0; round < request.rounds; round++) {
    request.signal.throwIfAborted();
    const seen = await oneSale(site, shows[round % shows.length] ?? 1, request);
    ages.push(seen.age);
    reads += seen.reads;
    fromCache += seen.fromCache;
  }
  return { reads, fromCache, ages };
}

async function oneSale(
  site: string,
  showId: number,
  request: AgeRequest,
): Promise<{ age: number; reads: number; fromCache: number }> {
  // From the back: loads take seats from the front, and must not find theirs gone.
  const seat = [...(await seats(site, showId)).text.matchAll(/"seat":(\d+),[^}]*"sold":false/g)].at(-1)?.[1];
  if (seat === undefined)
    throw new Failure(`Show ${showId} is sold out.`, { next: 'Start the stage anew: down, then up.' });
  const free = new RegExp(`"seat":${seat},[^}]*"sold":false`);
  let toldAt = Number.POSITIVE_INFINITY;
  let lastFree = 0;
  let reads = 0;
  let fromCache = 0;
  let failed = false;
  const goesOn = (): boolean => {
    if (failed || request.signal.aborted) return false;
    const since = performance.now() - toldAt;
    if (!(since > request.lookMs)) return true;
    return lastFree > toldAt && performance.now() - lastFree < request.lookMs && since < request.mostMs;
  };
  const reading = Array.from({ length: READERS }, async (_, reader) => {
    await sleep((reader * PAUSE_MS) / READERS);
    while (goesOn()) {
      const began = performance.now();
      const { text, cache } = await seats(request.readAt ?? site, showId);
      if (free.test(text)) lastFree = Math.max(lastFree, began);
      reads += 1;
      if (cache === 'HIT' || cache === 'STALE') fromCache += 1;
      await sleep(PAUSE_MS);
    }
  });
  const buying = buy(site, showId, Number(seat)).then(() => {
    toldAt = performance.now();
  });
  try {
    await Promise.all([buying, ...reading]);
  } finally {
    failed = true;
  }
  return { age: Math.max(0, lastFree - toldAt), reads, fromCache };
}

async function buy(site: string, showId: number, seat: number): Promise<void> {
  // So that the map is in the cache before.
  await sleep(5 * PAUSE_MS);
  await buySeat(site, { showId, seat, ticket: 'box-office' }, TIMEOUT_MS);
}

async function seats(site: string, showId: number): Promise<{ text: string; cache: string | null }> {
  const answer = await fetch(`${site}/shows/${showId}/seats`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.status !== 200) throw new Failure(`The seats could not be read: ${answer.status}`);
  return { text: await answer.text(), cache: answer.headers.get('x-cache') };
}

async function showIds(site: string): Promise<number[]> {
  const answer = await fetch(`${site}/shows`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.status !== 200) throw new Failure(`The shows could not be read: ${answer.status}`);
  return ((await answer.json()) as { id: number }[]).map(({ id }) => id);
}
