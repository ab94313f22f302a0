import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependency, SeatChange, SeatFeed } from '../ports.ts';
import type { Redis } from '../redis/redis.ts';
import { CHANNEL, hear } from './hear.ts';
import type { SeatTruth } from './seat-truth.ts';
import { type Watched, watched } from './watched.ts';

/** So many milliseconds lie between two messages: a burst of sales must not cost every instance a message each. */
const APART_MS = 50;

/** A feed that can also be told of what changed elsewhere. */
export type RedisFeed = SeatFeed & Dependency & Pick<Watched, 'tell' | 'missed'>;

/**
 * Seat changes through Redis' publish and subscribe: whatever instance sells a seat, the clients of all of them see it at
 * once. `truth` is asked for what no message told. While Redis is away, an instance's own clients still hear of its own
 * sales at once and of the others' from the database; when it is back every client is asked to load its map again.
 */
export function redisFeed(redis: Redis, truth: SeatTruth): RedisFeed {
  const { tell, missed, subscribe } = watched(truth);
  const listener = hear(redis.another(), { change: tell, missed });
  let waiting: SeatChange[] = [];
  let gathering: Promise<void> | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;

  async function sendGathered(): Promise<void> {
    await sleep(Math.max(0, sentAt + APART_MS - performance.now()));
    sentAt = performance.now();
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
    tell,
    missed,
    subscribe,
    async publish(change) {
      waiting.push(change);
      gathering ??= sendGathered();
      await gathering;
    },
    async check() {
      if (!listener.listening) throw new Error('it does not listen');
    },
    async close() {
      listener.close();
    },
  };
}
