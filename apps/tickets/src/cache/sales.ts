import { log } from '../log.ts';
import { countInvalidation } from '../metrics.ts';
import type { Ask, Redis } from '../redis/redis.ts';
import { paddedLsn } from '../stores/lsn.ts';
import { POSITION_MS, SEATS } from './lifetimes.ts';
import { OUTDATE } from './scripts.ts';

/** As long as a sale may matter to what is in the cache: then no value read before it is left, no replica without it. */
const REMEMBERED_MS = POSITION_MS;

interface Sale {
  readonly position: string;
  readonly at: number;
}

/**
 * Tells the cache of sales, before their buyers are told. A cache that was away is told again of all that this instance
 * sold in the last ten seconds before anybody may read it: it may have missed that, or have forgotten it.
 */
export function sales(redis: Redis) {
  const recent = new Map<string, Sale>();

  const tell = (ask: Ask, key: string, { position }: Sale) =>
    ask((client) =>
      client.eval(OUTDATE, 3, key, `${key}:fill`, `${key}:position`, position, POSITION_MS, SEATS.staleMs),
    );

  function remember(key: string, sale: Sale): void {
    // Last comes last, also in the map: so what is too old stands first.
    recent.delete(key);
    recent.set(key, sale);
    for (const [old, { at }] of recent) {
      if (sale.at - at < REMEMBERED_MS) break;
      recent.delete(old);
    }
  }

  redis.whenBack(async (ask) => {
    const now = performance.now();
    for (const [key, sale] of recent) if (now - sale.at < REMEMBERED_MS) await tell(ask, key, sale);
  });

  return {
    /** Resolves when the cache knows, or cannot be told: it is told as soon as it can. Never rejects. */
    async outdate(key: string, position: string | undefined): Promise<void> {
      const sale = {
        position: position === undefined ? '' : paddedLsn(position),
        at: performance.now(),
      };
      remember(key, sale);
      try {
        await tell(redis.ask, key, sale);
        countInvalidation('told');
      } catch (error) {
        countInvalidation('waiting');
        log.debug({ err: error, key }, 'the cache does not know of a sale yet');
      }
    },
  };
}
