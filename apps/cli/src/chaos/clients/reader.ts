import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientParts, requestsOf } from './client.ts';

const EVERY_MS = { least: 100, most: 600 };

/** A visitor who only looks at seat maps, without a token. */
export async function read(parts: ClientParts): Promise<void> {
  const { shows, random, ended, signal } = parts;
  const requests = requestsOf(parts);
  while (!ended.aborted) {
    await requests.seatMap(shows[Math.floor(random() * shows.length)] ?? 1, null);
    await sleep(EVERY_MS.least + random() * (EVERY_MS.most - EVERY_MS.least), undefined, { signal });
  }
}
