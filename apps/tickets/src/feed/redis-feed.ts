import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import type { Dependency, SeatChange, SeatFeed } from '../ports.ts';
import type { Redis } from '../redis/redis.ts';
import { subscriptions } from './subscriptions.ts';

const CHANNEL = 'seat-changes';
/** Changes of this long go out in one message: a burst of sales must not cost a message each. */
const GATHER_MS = 5;
/** A subscriber is only spoken to; by asking it learns that nobody is there to speak. */
const PING_EVERY_MS = 1000;

/**
 * Seat changes through Redis' publish and subscribe: whatever instance sells a seat, the clients of all of them see it,
 * and the database has nothing to do with it. While Redis is away, an instance's own clients still hear of its own sales;
 * all others missed something, so when it is back every client is asked to load its map again.
 */
export function redisFeed(redis: Redis): SeatFeed & Dependency {
  const { tell, missed, subscribe } = subscriptions();
  const listener = redis.another();
  let waiting: SeatChange[] = [];
  let gathering: Promise<void> | undefined;
  let listening = false;
  let heardBefore = false;

  listener.on('error', (error) => log.debug({ err: error }, 'the seat feed broke'));
  listener.on('message', (_channel, text) => {
    for (const change of JSON.parse(text) as SeatChange[]) tell(change);
  });
  listener.on('close', () => {
    listening = false;
  });
  listener.on('ready', () => {
    listener.subscribe(CHANNEL).then(
      () => {
        listening = true;
        if (heardBefore) missed();
        heardBefore = true;
      },
      (error) => log.warn({ err: error }, 'the seat feed cannot listen'),
    );
  });
  listener.connect().catch((error) => log.debug({ err: error }, 'the seat feed is not there yet'));
  const beat = setInterval(() => {
    if (listening) listener.ping().catch((error) => log.debug({ err: error }, 'the seat feed is silent'));
  }, PING_EVERY_MS).unref();

  async function sendGathered(): Promise<void> {
    await sleep(GATHER_MS);
    gathering = undefined;
    const changes = waiting;
    waiting = [];
    try {
      await redis.ask((client) => client.publish(CHANNEL, JSON.stringify(changes)));
    } catch (error) {
      for (const change of changes) tell(change);
      throw error;
    }
  }

  return {
    name: 'seat feed',
    optional: true,
    subscribe,
    async publish(change) {
      waiting.push(change);
      gathering ??= sendGathered();
      await gathering;
    },
    async check() {
      if (!listening) throw new Error('it does not listen');
    },
    async close() {
      clearInterval(beat);
      listener.disconnect();
    },
  };
}
