import { log } from '../log.ts';
import { countUnusable } from '../metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { changes } from './changes.ts';
import { decode, decodeHead, type Entry, HEADER } from './entry.ts';

/** Texts that an instance keeps: the maps of 200 shows take 7 MB. */
const MOST_KEPT = 200;

/** What an instance knows of the cache. */
export interface Look {
  /** A fresh value that holds as far as Redis has told; undefined: it must be asked. */
  near(key: string): Entry | undefined;
  /** Asks Redis. Rejects when it is away or does not answer in time. */
  ask(key: string): Promise<Entry | undefined>;
  /** The value does not hold any more: here that is known before Redis says so. */
  forget(key: string): void;
}

/**
 * Reads values. What was read is used again as long as Redis, which tells of changes, is silent (`changes.ts`). Otherwise
 * it says what holds, and that takes 42 bytes: the text itself, 34 KB of a seat map, is fetched only when it is another
 * than this instance has already: copying, checking and decoding it would be most of what a hit costs beside HTTP.
 */
export function looker(redis: Redis): Look {
  const kept = new Map<string, Entry>();
  const holding = new Set<string>();
  /** Questions on their way: an answer that was overtaken by a change does not hold. */
  const asking = new Map<string, symbol>();
  const told = changes(redis, forget);

  function forget(key?: string): void {
    if (key === undefined) {
      holding.clear();
      asking.clear();
    } else {
      holding.delete(key);
      asking.delete(key);
    }
  }

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
    if (kept.size > MOST_KEPT && oldest !== undefined) {
      kept.delete(oldest);
      holding.delete(oldest);
    }
    return entry;
  }

  async function fetch(key: string): Promise<Entry | undefined> {
    try {
      const own = kept.get(key);
      if (own === undefined) return await fetchWhole(key);
      const text = await redis.ask((client) => client.getrange(key, 0, HEADER - 1));
      if (text === '') return undefined;
      const head = decodeHead(text, Date.now());
      if (head?.identity !== own.identity) return await fetchWhole(key);
      const entry = { ...own, ...head };
      kept.set(key, entry);
      return entry;
    } catch (error) {
      // A key that holds no text at all is a value that cannot be used, like any other.
      if (!(error instanceof Error && error.message.startsWith('WRONGTYPE'))) throw error;
      await discard(key, 0);
      return undefined;
    }
  }

  return {
    near(key) {
      if (!holding.has(key) || !told.heard()) return undefined;
      const own = kept.get(key);
      return own !== undefined && own.freshUntil > Date.now() ? own : undefined;
    },
    async ask(key) {
      const question = Symbol(key);
      asking.set(key, question);
      try {
        const found = await fetch(key);
        if (found?.fresh === true && asking.get(key) === question) holding.add(key);
        return found;
      } finally {
        if (asking.get(key) === question) asking.delete(key);
      }
    },
    forget,
  };
}
