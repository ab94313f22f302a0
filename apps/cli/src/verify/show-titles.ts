import { z } from 'zod';

const shows = z.array(z.object({ id: z.number(), title: z.string() }));

/** The titles of a shop's shows, by their numbers. Empty: the shop does not answer, so nothing can be compared with them. */
export async function showTitles(site: string): Promise<ReadonlyMap<number, string>> {
  try {
    const response = await fetch(`${site}/shows`, { signal: AbortSignal.timeout(10_000) });
    return new Map(shows.parse(await response.json()).map(({ id, title }) => [id, title]));
  } catch {
    return new Map();
  }
}
