import type { SeatChange } from '../ports.ts';
import type { Client } from '../redis/redis.ts';
import type { CachedStore } from '../stores/cached.ts';
import { hear } from './hear.ts';
import type { RedisFeed } from './redis-feed.ts';

/**
 * The seat feed of one of two regions: what is sold here is told here (`own`); what is sold in the other one is heard
 * from its Redis, over the link. That makes the show's map outdated here, to be read after the sale's position, before
 * the clients here are told. How long it takes is `STALENESS.elsewhere` in `cache/lifetimes.ts`; a sale that the link
 * swallows shows within `STALENESS.ever` of being replayed here.
 *
 * Through Redis and not through the log that is replayed here anyway: the log tells of rows, once for each instance that
 * would have to decode it, and NOTIFY reaches no standby.
 */
export function regionalFeed(own: RedisFeed, other: Client, store: Pick<CachedStore, 'outdate'>): RedisFeed {
  const listener = hear(other, { change: (change) => void heard(change), missed: own.missed });

  async function heard(change: SeatChange): Promise<void> {
    // Never rejects: a cache that is away is told when it is back.
    await store.outdate(change.showId, change.position);
    own.tell(change);
  }

  return {
    ...own,
    async check() {
      await own.check();
      if (!listener.listening) throw new Error('it does not hear the other region');
    },
    async close() {
      listener.close();
      await own.close();
    },
  };
}
