// Watches promise P5.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STALENESS } from '../../src/cache/lifetimes.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { openCached } from '../redis/open.ts';
import { origin, request, salesIn } from './origin.ts';

let server: TestRedis;
let shop: ReturnType<typeof origin>;
let one: Awaited<ReturnType<typeof openCached>>;
let other: Awaited<ReturnType<typeof openCached>>;

async function begin(options: readonly string[] = []): Promise<void> {
  server = await startRedis(options);
  shop = origin();
  one = await openCached(server.url, shop.store);
  other = await openCached(server.url, shop.store);
}

afterEach(async () => {
  await one.close();
  await other.close();
  await server.stop();
});

const isBack = () =>
  vi.waitFor(async () => expect((await one.seats(1)).cache).toBe('HIT'), { timeout: 5000, interval: 20 });

describe('a Redis that is gone', () => {
  beforeEach(() => begin(), 60_000);

  it('costs nothing but its hits, and serves again when it is back', async () => {
    await one.seats(1);
    await server.kill();
    for (let read = 0; read < 20; read += 1) {
      const answer = await one.seats(1);
      expect(answer.text).toBe('{"sales":0}');
      expect(answer.ms).toBeLessThan(120);
    }
    expect(await one.seats(1)).toMatchObject({ cache: 'BYPASS' });
    await expect(one.cache.check()).rejects.toThrow('away');
    await server.start();
    await isBack();
  });

  it('does not keep a sale from being made, nor from being seen', async () => {
    await server.kill();
    expect((await one.store.reservations.reserve(request)).kind).toBe('reserved');
    shop.state.replayed = 1;
    expect(salesIn((await other.seats(1)).text)).toBe(1);
  });

  it('which forgot everything is told again of what was just sold', async () => {
    await one.store.reservations.reserve(request);
    await server.kill();
    await server.start();
    await vi.waitFor(() => one.cache.check(), { timeout: 5000 });
    // The replica lags: without the position, a fill would take its answer for fresh.
    expect(shop.state.replayed).toBe(0);
    await vi.waitFor(() => other.cache.check(), { timeout: 5000 });
    expect(salesIn((await other.seats(1)).text)).toBe(1);
  });
});

describe('a Redis that hangs', () => {
  beforeEach(() => begin(), 60_000);

  it('is waited for a few times and a tenth of a second, then not at all', async () => {
    await one.seats(1);
    server.signal('SIGSTOP');
    const first = await one.seats(1);
    expect(first).toMatchObject({ cache: 'BYPASS', text: '{"sales":0}' });
    expect(first.ms).toBeLessThan(400);
    for (let read = 0; read < 6; read += 1) await one.seats(1);
    const later = await Promise.all(Array.from({ length: 50 }, () => one.seats(1)));
    expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThan(50);
    server.signal('SIGCONT');
    await isBack();
  });

  it('is not taken for one that has no news', async () => {
    await vi.waitFor(async () => expect((await one.seats(1)).cache).toBe('HIT'));
    server.signal('SIGSTOP');
    await sleep(350);
    await one.store.reservations.reserve(request);
    shop.state.replayed = 1;
    expect(salesIn((await other.seats(1)).text)).toBe(1);
    expect(await one.seats(1)).toMatchObject({ cache: 'BYPASS', text: '{"sales":1}' });
    server.signal('SIGCONT');
    await isBack();
  });

  it('does not serve what was sold meanwhile', async () => {
    await one.seats(1);
    server.signal('SIGSTOP');
    await one.store.reservations.reserve(request);
    const told = performance.now();
    await sleep(300);
    server.signal('SIGCONT');
    await vi.waitFor(
      async () => {
        expect(salesIn((await one.seats(1)).text)).toBe(1);
        expect(salesIn((await other.seats(1)).text)).toBe(1);
      },
      { timeout: 3000, interval: 10 },
    );
    expect(performance.now() - told).toBeLessThan(STALENESS.ever);
    // And it stays so: no answer of before comes up again.
    for (let read = 0; read < 30; read += 1) {
      expect(salesIn((await other.seats(1)).text)).toBe(1);
      await sleep(20);
    }
  });
});

describe('a Redis that is well', () => {
  beforeEach(() => begin(), 60_000);

  it('is not given up by an instance that stood still itself, as under a quota', async () => {
    await one.seats(1);
    for (let round = 0; round < 8; round += 1) {
      const reading = one.seats(1);
      // Longer than Redis may take; its answer waits meanwhile.
      const until = performance.now() + 250;
      while (performance.now() < until);
      expect(await reading).toMatchObject({ cache: expect.stringMatching(/HIT|STALE/) });
    }
  });
});

describe('a Redis that is full and drops nothing', () => {
  beforeEach(() => begin(['--maxmemory-policy', 'noeviction']), 60_000);

  it('answers what it has, misses the rest, and serves no sale away', async () => {
    await one.seats(1);
    await server.client.config('SET', 'maxmemory', '1');
    expect(await one.seats(1)).toMatchObject({ cache: 'HIT' });
    expect(await one.seats(2)).toMatchObject({ text: '{"sales":0}' });
    await one.store.reservations.reserve(request);
    shop.state.replayed = 1;
    expect(salesIn((await other.seats(1)).text)).toBe(1);
    await expect(one.cache.check()).resolves.toBeUndefined();
    await server.client.config('SET', 'maxmemory', '0');
    await isBack();
  });
});
