import { log } from '../log.ts';
import type { Ask, Redis } from '../redis/redis.ts';

/** Where Redis says which keys have changed, to a connection of the second protocol. */
const CHANNEL = '__redis__:invalidate';
const PING_EVERY_MS = 100;
/** So long Redis' silence means that nothing changed: it answered a ping that was sent no longer ago. */
const HEARD_WITHIN_MS = 300;

/** Whether values that were read may be used again without asking. */
export interface Changes {
  /** False: something may have changed unheard. To be asked before each use: that is what keeps the connection tried. */
  heard(): boolean;
}

/**
 * Has Redis tell when a value that this instance has read changes, runs out or is evicted (client-side caching:
 * https://redis.io/docs/latest/develop/reference/client-side-caching/). Changes and answers to pings come in one stream,
 * so whoever has the answer to a ping has heard of everything that changed before it was sent. `changed` is given a key,
 * or nothing when it may be any of them.
 */
export function changes(redis: Redis, changed: (key?: string) => void): Changes {
  const listener = redis.another({ protocol: 2 });
  let id: number | undefined;
  let tracked = false;
  let pingedAt = Number.NEGATIVE_INFINITY;
  let heardAt = Number.NEGATIVE_INFINITY;

  /** Redis tracks what a connection reads, so this is for the connection that reads, and again for the next one. */
  async function track(ask: Ask): Promise<void> {
    tracked = false;
    changed();
    const here = id;
    if (here === undefined) return;
    try {
      await ask((client) => client.client('TRACKING', 'ON', 'REDIRECT', here));
      tracked = here === id;
    } catch (error) {
      // Then it is asked at each read; the next ping tries again.
      log.debug({ err: error }, 'Redis does not tell of changes');
    }
  }

  async function listen(): Promise<void> {
    const here = await listener.client('ID');
    await listener.subscribe(CHANNEL);
    id = here;
    await track(redis.ask);
  }

  /** By whoever reads, so that an instance of which nobody wants anything does nothing. */
  async function ping(now: number): Promise<void> {
    pingedAt = now;
    if (!tracked) await track(redis.ask);
    await listener.ping();
    heardAt = now;
  }

  const quietly = (error: unknown) => log.debug({ err: error }, 'the connection that hears of changes broke');
  listener.on('error', quietly);
  listener.on('ready', () => void listen().catch(quietly));
  listener.on('close', () => {
    id = undefined;
    tracked = false;
    changed();
  });
  listener.on('message', (_channel, keys) => {
    // Everything was deleted.
    if (keys === '') changed();
    else for (const key of keys.split(',')) changed(key);
  });
  redis.whenBack(track);
  listener.connect().catch(quietly);

  return {
    heard() {
      if (id === undefined || !redis.there) return false;
      const now = performance.now();
      if (now - pingedAt >= PING_EVERY_MS) void ping(now).catch(quietly);
      return tracked && now - heardAt < HEARD_WITHIN_MS;
    },
  };
}
