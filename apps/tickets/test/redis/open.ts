import { vi } from 'vitest';
import { cached, type Environment, type ReadNote, redis, type Store } from '../../src/index.ts';
import { settings } from '../settings.ts';

/** One instance's cache over `store`, ready to be asked. */
export async function openCached(redisUrl: string, store: Store, other: Partial<Environment> = {}) {
  const env = settings('postgres://127.0.0.1:1/none', { redisUrl, ...other });
  const cache = redis(redisUrl, env);
  await vi.waitFor(() => cache.check(), { timeout: 5000, interval: 20 });
  const store_ = cached(cache, store, env);
  return {
    cache,
    store: store_,
    /** Reads a show's seats and what the cache says of them. */
    async seats(showId: number, after?: string) {
      const note: ReadNote = {};
      const began = performance.now();
      const text = await store_.reservations.seatMap(showId, { after, note });
      return { text, cache: note.cache, version: note.version, ms: performance.now() - began };
    },
    close: () => cache.close(),
  };
}
