import { setTimeout as sleep } from 'node:timers/promises';
import { between, type ClientParts, keyEnd, type Purchase, requestsOf } from './client.ts';

/** All clients of a rush begin at once, so often; in between nothing happens on their show. */
const EVERY_MS = 3000;
/** They are not quite at once: each begins within this. */
const SPREAD_MS = 30;
const LOOKS = 4;
const LOOK_AGAIN_MS = { least: 5, most: 40 };
/** A map that is wrongly cached shows once the sales have stopped. */
const SILENCE_MS = 1500;
const SEATS = 40;

/**
 * One of several clients who come to a show at the same moment, buy or cancel, look at its seats while the others buy, and
 * once more when all is quiet again. A map that was read before the last sale, and is kept after it, stays wrong.
 */
export async function rush(parts: ClientParts): Promise<void> {
  const { process, random, shows, ended, signal } = parts;
  const requests = requestsOf(parts);
  const [showId = 1] = shows;
  let held: string | null = null;
  let purchases = 0;

  async function buyOrCancel(): Promise<void> {
    if (held !== null) {
      await requests.cancel({ id: held, showId });
      held = null;
      return;
    }
    purchases += 1;
    const purchase: Purchase = {
      key: `${process}-${purchases}-${keyEnd(random)}`,
      showId,
      seats: [1 + Math.floor(random() * SEATS)],
      ticket: 'box-office',
      email: `${process}@example.org`,
    };
    const { outcome, state, id } = await requests.reserve(purchase);
    if (outcome === 'ok' && state === 'confirmed') held = id;
  }

  while (!ended.aborted) {
    const untilNext = EVERY_MS - (Date.now() % EVERY_MS) + random() * SPREAD_MS;
    await sleep(untilNext, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return;
    await buyOrCancel();
    for (let look = 0; look < LOOKS; look += 1) {
      await requests.seatMap(showId, null);
      await sleep(between(random, LOOK_AGAIN_MS), undefined, { signal });
    }
    await sleep(SILENCE_MS, undefined, { signal });
    await requests.seatMap(showId, null);
  }
}
