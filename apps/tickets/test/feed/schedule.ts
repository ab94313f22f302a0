import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { buyer, cancel, post } from '../shop.ts';
import { readEvents } from './events.ts';

/** What a page would show: the map that it loaded, and what its stream said since. */
export interface Watcher {
  readonly sold: ReadonlyMap<number, boolean>;
  /** It was told to load the map again, and has not done so yet. */
  readonly mustReload: boolean;
  close(): Promise<void>;
}

const SHOW = 1;
const SEATS = [1, 2, 3, 4, 5, 6];

/** A page as the storefront has it: it loads the map when its stream is open, and again after `missed`. */
async function watcher(url: string): Promise<Watcher> {
  const aborted = new AbortController();
  const answer = await fetch(`${url}/shows/${SHOW}/events`, { signal: aborted.signal });
  expect(answer.status).toBe(200);
  const sold = new Map<number, boolean>();
  const news = new Map<number, boolean>();
  let reloading = 0;
  let loaded = Promise.resolve();

  /** One after the other: an older map must not come last. */
  function load(): Promise<void> {
    reloading += 1;
    loaded = loaded.then(loadNow);
    return loaded;
  }

  async function loadNow(): Promise<void> {
    const map = (await (await fetch(`${url}/shows/${SHOW}/seats`)).json()) as {
      seats: { seat: number; sold: boolean }[];
    };
    for (const one of map.seats) sold.set(one.seat, news.get(one.seat) ?? one.sold);
    reloading -= 1;
  }

  const reading = readEvents(answer, {
    change({ seats, sold: isSold }) {
      for (const seat of seats) {
        sold.set(seat, isSold);
        news.set(seat, isSold);
      }
    },
    missed() {
      news.clear();
      void load();
    },
  });
  await load();
  return {
    sold,
    get mustReload() {
      return reloading > 0;
    },
    async close() {
      aborted.abort();
      await reading;
    },
  };
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Scene {
  /** Instances of one shop. */
  readonly urls: readonly string[];
  /** Breaks what announcements travel on, and has it come back by itself or with `mend`. */
  break(): Promise<void>;
  mend(): Promise<void>;
  /** The next announcements of an instance are lost: as if it was killed between its commit and its announcement. */
  silence(instance: number, lost: boolean): void;
  /** Sells, or frees, without any instance: as one that is gone has done it. */
  readonly soldNow: () => Promise<readonly number[]>;
}

/**
 * A random schedule of sales, cancellations, resales, lost announcements, broken connections, and watchers that come and
 * go. In the end each watcher that is there must show exactly the seats that the database has sold.
 */
export async function play(scene: Scene, seed: number, steps: number): Promise<void> {
  const random = randomOf(seed);
  const pick = <One>(from: readonly One[]): One => from[Math.floor(random() * from.length)] as One;
  const watchers: Watcher[] = [await watcher(pick(scene.urls))];
  const held: Reservation[] = [];
  const acts: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    const kind = random();
    const url = pick(scene.urls);
    if (kind < 0.4) {
      const seat = pick(SEATS);
      acts.push(`buy ${seat}`);
      const answer = await post(url, { showId: SHOW, seats: [seat], ...buyer, ticket: 'box-office' });
      if (answer.status === 201) held.push((await answer.json()) as Reservation);
    } else if (kind < 0.65 && held.length > 0) {
      const [one] = held.splice(Math.floor(random() * held.length), 1);
      acts.push('cancel');
      if (one !== undefined) expect([401, 404]).not.toContain((await cancel(url, one)).status);
    } else if (kind < 0.75) {
      const instance = Math.floor(random() * scene.urls.length);
      const lost = random() < 0.6;
      acts.push(`${lost ? 'silence' : 'unsilence'} ${instance}`);
      scene.silence(instance, lost);
    } else if (kind < 0.82) {
      acts.push('break');
      await scene.break();
    } else if (kind < 0.89) {
      acts.push('mend');
      await scene.mend();
    } else if (kind < 0.95) {
      acts.push('watch');
      watchers.push(await watcher(url));
    } else if (watchers.length > 1) {
      acts.push('leave');
      await watchers.shift()?.close();
    }
    if (random() < 0.3) await sleep(random() * 150);
  }
  // Also the last sales of an instance that never announces anything again.
  const deadline = performance.now() + 8000;
  for (;;) {
    const sold = (await scene.soldNow()).filter((seat) => SEATS.includes(seat));
    const shown = watchers.map((one) => SEATS.filter((seat) => one.sold.get(seat)));
    const right = shown.every((seats) => String(seats) === String(sold));
    if (right && watchers.every((one) => !one.mustReload)) break;
    if (performance.now() > deadline) {
      expect(shown, `seed ${seed}: ${acts.join(', ')}`).toEqual(watchers.map(() => sold));
      break;
    }
    await sleep(50);
  }
  for (const one of watchers) await one.close();
}
