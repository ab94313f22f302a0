import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { countCacheFill } from '../metrics.ts';
import type { JsonText, ReadNote, ReadOptions } from '../ports.ts';
import type { Redis } from '../redis/redis.ts';
import { paddedLsn } from '../stores/lsn.ts';
import { type Entry, encode, NO_POSITION } from './entry.ts';
import { type Lifetime, LOCK_MS } from './lifetimes.ts';
import { KEEP, RELEASE, TAKE } from './scripts.ts';

/** What another instance fetches is waited for so long; then the database is asked after all. */
const WAIT_MS = 250;
const LOOK_EVERY_MS = 15;

/** A kind of answer: how it is called in the cache, how long it lives there, where it comes from. */
export interface Cacheable {
  readonly lifetime: Lifetime;
  key(id: number): string;
  load(id: number, options: ReadOptions): Promise<JsonText | null>;
}

export interface Filled {
  readonly text: JsonText | null;
  readonly position: string;
}

/**
 * Fetches what the cache lacks: once per key, over all instances (a lock in Redis) and within this one (a promise that
 * all share). What was read before a sale never passes for fresh; see `scripts.ts`.
 */
export function filler(redis: Redis, look: (key: string) => Promise<Entry | undefined>) {
  const filling = new Map<string, Promise<Filled | 'elsewhere' | undefined>>();
  const waiting = new Map<string, Promise<Filled | undefined>>();

  /** The right to fill; null: another has it; undefined: Redis is away, or full. */
  async function take(key: string, token: string): Promise<Taken | null | undefined> {
    try {
      return await redis.ask(
        (client) =>
          client.eval(TAKE, 2, `${key}:fill`, `${key}:position`, token, LOCK_MS) as Promise<Taken | null>,
      );
    } catch (error) {
      log.debug({ err: error, key }, 'nothing can be cached now');
      return undefined;
    }
  }

  async function fill(what: Cacheable, id: number, after: string): Promise<Filled | 'elsewhere' | undefined> {
    const key = what.key(id);
    const token = randomBytes(9).toString('base64');
    const taken = await take(key, token);
    if (taken === undefined) return undefined;
    if (taken === null) return 'elsewhere';
    const [known, since] = taken;
    const asked = [known, after, NO_POSITION].reduce((one, other) => (one > other ? one : other));
    try {
      const note: ReadNote = {};
      const text = await what.load(id, asked === NO_POSITION ? { note } : { after: asked, note });
      // What was read: a position that was only asked for would make the value pass for newer than it is.
      const position = note.position === undefined ? NO_POSITION : paddedLsn(note.position);
      if (note.aged === true) {
        // Kept, it would be served for longer, also by instances that do reach the primary.
        await release(key, token);
        return { text, position };
      }
      const overtaken = await keep(what, key, { text, position, since, token }).catch((error) => {
        // Full, or gone meanwhile: the answer is good all the same.
        countCacheFill('failed');
        log.debug({ err: error, key }, 'a value was not kept');
        return true;
      });
      // Positions of two writes may be equal, and the one that came between may not have been read.
      return { text, position: overtaken ? NO_POSITION : position };
    } catch (error) {
      countCacheFill('failed');
      await release(key, token);
      throw error;
    }
  }

  async function release(key: string, token: string): Promise<void> {
    await redis
      .ask((client) => client.eval(RELEASE, 1, `${key}:fill`, token))
      .catch((error) => log.debug({ err: error, key }, 'the right to fill runs out by itself'));
  }

  /** Resolves with whether a sale came between. */
  async function keep(
    { lifetime }: Cacheable,
    key: string,
    { text, position, since, token }: Filled & { since: number; token: string },
  ): Promise<boolean> {
    const fresh = lifetime.freshMs * (0.8 + Math.random() / 5);
    const value = encode(text, position, Date.now() + fresh);
    const life = Math.round(fresh) + lifetime.staleMs;
    const args = [token, value, since, life, lifetime.staleMs];
    const kept = await redis.ask((client) => client.eval(KEEP, 2, key, `${key}:fill`, ...args));
    countCacheFill(kept === 1 ? 'kept' : 'outdated');
    return kept !== 1;
  }

  /** Until another instance has fetched it; undefined: it takes too long. */
  async function wait(key: string): Promise<Filled | undefined> {
    const deadline = performance.now() + WAIT_MS;
    while (performance.now() < deadline) {
      await sleep(LOOK_EVERY_MS);
      const found = await look(key).catch((error) => {
        log.debug({ err: error, key }, 'nothing to wait for');
        return null;
      });
      if (found === null) return undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function shared<Value>(
    running: Map<string, Promise<Value>>,
    key: string,
    start: () => Promise<Value>,
  ): Promise<Value> {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = start().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  }

  const fillOnce = (what: Cacheable, id: number, after = NO_POSITION) =>
    shared(filling, what.key(id), () => fill(what, id, after));

  return {
    /** Fetches it anew in the background, unless somebody does already. */
    refresh(what: Cacheable, id: number): void {
      fillOnce(what, id).catch((error) => log.debug({ err: error }, 'a value was not fetched anew'));
    },
    /** Fetches it, or waits for who does; undefined: ask the database without the cache. */
    async get(what: Cacheable, id: number, after: string | undefined): Promise<Filled | undefined> {
      const filled = await fillOnce(what, id, after);
      const key = what.key(id);
      return filled === 'elsewhere' ? await shared(waiting, key, () => wait(key)) : filled;
    },
  };
}

type Taken = readonly [position: string, now: number];
