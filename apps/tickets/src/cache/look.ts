import { log } from '../log.ts';
import { countUnusable } from '../metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { decode, decodeHead, type Entry, HEADER } from './entry.ts';

/** Texts that an instance keeps: the maps of 200 shows take 7 MB. */
const MOST_KEPT = 200;

/**
 * Reads values. Redis says each time what holds, and that takes 42 bytes: the text itself, 34 KB of a seat map, is
 * fetched only when it is another than this instance has already: copying, checking and decoding it would be most of what
 * a hit costs beside HTTP.
 */
export function looker(redis: Redis): (key: string) => Promise<Entry | undefined> {
  const kept = new Map<string, Entry>();

  /** A value that cannot be read must not stand in the way of one that can. */
  async function discard(key: string, bytes: number): Promise<void> {
    countUnusable();
    log.warn({ key, bytes }, 'a cached value cannot be used and is deleted');
    await redis.ask((client) => client.del(key));
  }

  async function fetchWhole(key: string): Promise<Entry | undefined> {
    const value = await redis.ask((client) => client.getBuffer(key));
    if (value === null) return undefined;
    const entry = decode(value, Date.now());
    if (entry === undefined) {
      await discard(key, value.length);
      return undefined;
    }
    // What came last stands last, so what stands first has not changed for longest.
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return entry;
  }

  return async (key) => {
    try {
      const own = kept.get(key);
      if (own === undefined) return await fetchWhole(key);
      const text = await redis.ask((client) => client.getrange(key, 0, HEADER - 1));
      if (text === '') return undefined;
      const head = decodeHead(text, Date.now());
      if (head?.identity !== own.identity) return await fetchWhole(key);
      return { ...own, fresh: head.fresh };
    } catch (error) {
      // A key that holds no text at all is a value that cannot be used, like any other.
      if (!(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
      await discard(key, 0);
      return undefined;
    }
  };
}
