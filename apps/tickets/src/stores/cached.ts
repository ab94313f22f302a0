import { type Entry, includes } from '../cache/entry.ts';
import { type Cacheable, filler } from '../cache/fill.ts';
import { CATALOGUE, SEATS } from '../cache/lifetimes.ts';
import { looker } from '../cache/look.ts';
import { sales } from '../cache/sales.ts';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { countCacheRead } from '../metrics.ts';
import type { JsonText, ReadNote, ReadOptions, Store } from '../ports.ts';
import type { Redis } from '../redis/redis.ts';
import { paddedLsn } from './lsn.ts';

const OUTCOMES = { hit: 'HIT', stale: 'STALE', miss: 'MISS', bypass: 'BYPASS' } as const;

export interface CachedStore extends Store {
  /** For a sale that was made elsewhere: from now on this show's map counts as old, and is read after `position`. */
  outdate(showId: number, position: string | undefined): Promise<void>;
}

/**
 * A store whose shows and seat maps are kept in Redis (cache-aside). A sale is decided by `store` alone, and makes the
 * show's seat map outdated before its buyer is told: how old a map may be is `STALENESS` in `cache/lifetimes.ts`. A
 * client's own writes (`ReadOptions.after`) are seen through the cache. Without Redis everything comes from `store`.
 */
export function cached(redis: Redis, store: Store, env: Pick<Environment, 'readYourWrites'>): CachedStore {
  const list: Cacheable = {
    lifetime: CATALOGUE,
    key: () => 'shows',
    load: (_, options) => store.shows.list(options),
  };
  const show: Cacheable = {
    lifetime: CATALOGUE,
    key: (id) => `show:${id}`,
    load: (id, options) => store.shows.find(id, options),
  };
  const seats: Cacheable = {
    lifetime: SEATS,
    key: (id) => `seats:${id}`,
    load: (id, options) => store.reservations.seatMap(id, options),
  };
  const look = looker(redis);
  const fills = filler(redis, look.ask);
  const sold = sales(redis);

  /** The client's token; undefined for one that the store has never given: then it is a read like any other. */
  async function believed(after: string | undefined): Promise<string | undefined> {
    if (!env.readYourWrites || after === undefined || store.reached === undefined) return undefined;
    return (await store.reached(after)) ? after : undefined;
  }

  async function read(what: Cacheable, id: number, options: ReadOptions = {}): Promise<JsonText | null> {
    const after = await believed(options.after);
    try {
      const key = what.key(id);
      // A client that waits for its own write asks Redis, which knows of that write: this instance may hear of it later.
      let found = after === undefined ? look.near(key) : undefined;
      if (found === undefined) found = await look.ask(key);
      if (found !== undefined && includes(found.position, after)) {
        if (!found.fresh) fills.refresh(what, id);
        note(options.note, found.fresh ? 'hit' : 'stale', found);
        return found.text;
      }
    } catch (error) {
      return await bypass(what, id, { ...options, after }, error);
    }
    return await fetch(what, id, { ...options, after }, after);
  }

  async function fetch(
    what: Cacheable,
    id: number,
    options: ReadOptions,
    after: string | undefined,
  ): Promise<JsonText | null> {
    const filled = await fills.get(what, id, after === undefined ? undefined : paddedLsn(after));
    if (filled === undefined || !includes(filled.position, after)) return await bypass(what, id, options);
    note(options.note, 'miss');
    return filled.text;
  }

  async function bypass(
    what: Cacheable,
    id: number,
    options: ReadOptions,
    error?: unknown,
  ): Promise<JsonText | null> {
    if (error !== undefined) log.debug({ err: error }, 'read without the cache');
    note(options.note, 'bypass');
    return await what.load(id, options);
  }

  /** Here at once: this instance need not wait to be told of its own sales. */
  async function outdate(key: string, position?: string): Promise<void> {
    look.forget(key);
    await sold.outdate(key, position);
    look.forget(key);
  }

  /** Never rejects: a map that could not be outdated here is as old as `STALENESS.ever` at most. */
  async function outdateShowOf(id: string): Promise<void> {
    try {
      const found = await store.reservations.find(id);
      if (found !== null) await outdate(seats.key(found.showId));
    } catch (error) {
      log.debug({ err: error, id }, 'the map of a reservation was not outdated');
    }
  }

  return {
    outdate: (showId, position) => sold.outdate(seats.key(showId), position),
    ...(store.mails === undefined ? {} : { mails: store.mails }),
    ...(store.ageMs === undefined ? {} : { ageMs: store.ageMs }),
    shows: {
      list: async (options) => (await read(list, 0, options)) ?? ('[]' as JsonText),
      find: (id, options) => read(show, id, options),
    },
    reservations: {
      seatMap: (showId, options) => read(seats, showId, options),
      find: (id, options) => store.reservations.find(id, options),
      async reserve(request) {
        const key = seats.key(request.showId);
        try {
          const outcome = await store.reservations.reserve(request);
          // Also of one that is replayed: the first answer's instance may have ended before it told the cache.
          if (outcome.kind === 'reserved') await outdate(key, outcome.position);
          return outcome;
        } catch (error) {
          // It may have been sold all the same.
          await outdate(key);
          throw error;
        }
      },
      async cancel(id, token) {
        try {
          const outcome = await store.reservations.cancel(id, token);
          if (outcome.kind === 'cancelled') {
            await outdate(seats.key(outcome.reservation.showId), outcome.position);
          }
          return outcome;
        } catch (error) {
          // It may have been done all the same. The client need not wait until its show is known.
          void outdateShowOf(id);
          throw error;
        }
      },
    },
  };
}

function note(to: ReadNote | undefined, outcome: keyof typeof OUTCOMES, found?: Entry): void {
  countCacheRead(outcome);
  if (to === undefined) return;
  to.cache = OUTCOMES[outcome];
  if (found === undefined) return;
  to.version = found.version;
  to.gzip = found.gzip;
}
