import { setTimeout as sleep } from 'node:timers/promises';
import { between, type ClientParts, requestsOf } from './client.ts';

const EVERY_MS = { least: 100, most: 600 };

/** Some of its reads claim to have seen a write that nobody made. */
const FORGED = { share: 0.15, token: 'FFFFFFFF/FFFFFFFF' };

/** A visitor who only looks at seat maps, without a token of its own. */
export async function read(parts: ClientParts): Promise<void> {
  const { shows, random, ended, signal } = parts;
  const requests = requestsOf(parts);
  while (!ended.aborted) {
    const show = shows[Math.floor(random() * shows.length)] ?? 1;
    await requests.seatMap(show, random() < FORGED.share ? FORGED.token : null);
    await sleep(between(random, EVERY_MS), undefined, { signal });
  }
}
