import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { STALENESS } from '../../src/cache/lifetimes.ts';
import { register } from '../../src/metrics.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { openCached } from '../redis/open.ts';
import { origin, request, salesIn } from './origin.ts';

let server: TestRedis;
let shop: ReturnType<typeof origin>;
let one: Awaited<ReturnType<typeof openCached>>;
let other: Awaited<ReturnType<typeof openCached>>;

beforeAll(async () => {
  server = await startRedis();
}, 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  await server.client.flushall();
  shop = origin();
  one = await openCached(server.url, shop.store);
  other = await openCached(server.url, shop.store);
});
afterEach(async () => {
  await one.close();
  await other.close();
});

describe('a seat map through the cache', () => {
  it('is fetched once and then comes from Redis, for every instance', async () => {
    expect(await one.seats(1)).toMatchObject({ cache: 'MISS' });
    const again = await one.seats(1);
    expect(again).toMatchObject({ cache: 'HIT', version: expect.stringMatching(/^[0-9a-f]{9,}$/) });
    expect(await other.seats(1)).toMatchObject({ cache: 'HIT', text: again.text, version: again.version });
    expect(shop.state.reads).toBe(1);
  });

  it('is asked for no more, as long as Redis tells of no change', async () => {
    await held(one);
    await server.client.config('RESETSTAT');
    for (let read = 0; read < 5; read += 1) expect(await one.seats(1)).toMatchObject({ cache: 'HIT' });
    expect(await server.client.info('commandstats')).not.toMatch(/cmdstat_get(range)?:/);
    await other.store.reservations.reserve(request);
    await vi.waitFor(async () => expect(salesIn((await one.seats(1)).text)).toBe(1));
  });

  it('is asked for again when Redis forgot it, or forgot everything', async () => {
    await held(one);
    await server.client.del('seats:1');
    await vi.waitFor(async () => expect((await one.seats(1)).cache).toBe('MISS'), { interval: 1 });
    await held(one);
    await server.client.flushall();
    await vi.waitFor(async () => expect((await one.seats(1)).cache).toBe('MISS'), { interval: 1 });
  });

  it('crosses the network once, also when nobody can hear of changes', async () => {
    await held(one);
    await server.client.acl('SETUSER', 'default', '-client|tracking', '-client|id');
    try {
      await server.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await vi.waitFor(async () => {
        await server.client.config('RESETSTAT');
        await one.seats(1);
        expect(await server.client.info('commandstats')).toContain('cmdstat_getrange:calls=1,');
      });
      expect(await server.client.info('commandstats')).not.toContain('cmdstat_get:');
    } finally {
      await server.client.acl('SETUSER', 'default', '+@all');
    }
    await held(one);
  });

  it('of no such show is null, also from the cache', async () => {
    expect((await one.seats(999)).text).toBeNull();
    expect(await one.seats(999)).toMatchObject({ text: null, cache: 'HIT' });
  });

  it('is fetched once when a hundred ask two instances at the same moment', async () => {
    shop.state.readMs = 60;
    const asked = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).seats(7));
    const answers = await Promise.all(asked);
    expect(shop.state.reads).toBe(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('is fetched after all by those who waited too long for another instance', async () => {
    await server.client.set('seats:7:fill', '+somebody', 'PX', 2000);
    const waited = await one.seats(7);
    expect(waited).toMatchObject({ cache: 'BYPASS' });
    expect(waited.ms).toBeGreaterThan(200);
    expect(waited.ms).toBeLessThan(600);
  });

  it('can be fetched by the next who asks when fetching failed', async () => {
    shop.state.failing = true;
    await expect(one.seats(1)).rejects.toThrow('away');
    shop.state.failing = false;
    expect(await other.seats(1)).toMatchObject({ cache: 'MISS' });
  });

  it('does not run out at one moment for all shows', async () => {
    for (let show = 1; show <= 20; show += 1) await one.seats(show);
    const left = await Promise.all(
      Array.from({ length: 20 }, (_, index) => server.client.pttl(`seats:${index + 1}`)),
    );
    expect(Math.max(...left) - Math.min(...left)).toBeGreaterThan(200);
  });
});

describe('a sale', () => {
  it('is seen by others within the bound, and by then costs one read', async () => {
    await one.seats(1);
    await one.store.reservations.reserve(request);
    const told = performance.now();
    await vi.waitFor(async () => expect((await other.seats(1)).cache).toBe('STALE'), { interval: 1 });
    await vi.waitFor(async () => expect(salesIn((await other.seats(1)).text)).toBe(1), { interval: 5 });
    expect(performance.now() - told).toBeLessThan(STALENESS.told);
    expect(shop.state.reads).toBe(2);
  });

  it('is not overwritten by what was read before it', async () => {
    shop.state.readMs = 150;
    const reading = one.seats(1);
    await sleep(50);
    await other.store.reservations.reserve(request);
    const told = performance.now();
    expect(salesIn((await reading).text)).toBe(0);
    shop.state.readMs = 0;
    // Nobody asks meanwhile, so nobody fetches it anew: what was read too early must go by itself.
    await sleep(STALENESS.told - (performance.now() - told) + 20);
    expect(salesIn((await other.seats(1)).text)).toBe(1);
  });

  it('is not overwritten by what a lagging replica answers', async () => {
    await one.seats(1);
    await one.store.reservations.reserve(request);
    expect(shop.state.replayed).toBe(0);
    await sleep(STALENESS.told + 20);
    // The replica has still not heard of it; the position that the sale left makes the fill ask the primary.
    expect(salesIn((await other.seats(1)).text)).toBe(1);
    expect(await other.seats(1)).toMatchObject({ cache: 'HIT' });
  });

  it('is seen by its buyer at once', async () => {
    await one.seats(1);
    const outcome = await one.store.reservations.reserve(request);
    const after = outcome.kind === 'reserved' ? outcome.position : undefined;
    expect(salesIn((await other.seats(1, after)).text)).toBe(1);
    // What was fetched for the buyer serves everybody.
    expect(await one.seats(1)).toMatchObject({ cache: 'HIT' });
    expect(await one.seats(1, after)).toMatchObject({ cache: 'HIT' });
  });

  it('is seen by its buyer also on a show that was cached before', async () => {
    await one.seats(2);
    const outcome = await one.store.reservations.reserve(request);
    const after = outcome.kind === 'reserved' ? outcome.position : undefined;
    expect(salesIn((await one.seats(2, after)).text)).toBe(1);
  });

  it('after another, a hundred a second, leaves the cache of use and nothing older than the bound', async () => {
    shop.state.readMs = 20;
    let worst = 0;
    let hits = 0;
    const soldAt: number[] = [];
    const until = performance.now() + 2500;
    const selling = (async () => {
      while (performance.now() < until) {
        await one.store.reservations.reserve(request);
        soldAt[shop.state.sales] = performance.now();
        await sleep(10);
      }
    })();
    while (performance.now() < until) {
      const began = performance.now();
      const { text, cache } = await other.seats(1);
      if (cache === 'HIT' || cache === 'STALE') hits += 1;
      const missing = soldAt[salesIn(text) + 1];
      if (missing !== undefined) worst = Math.max(worst, began - missing);
      await sleep(2);
    }
    await selling;
    expect(worst).toBeLessThan(STALENESS.told);
    expect(hits / (hits + shop.state.reads)).toBeGreaterThan(0.5);
  });

  it.each([
    ['sale', () => one.store.reservations.reserve(request)],
    ['cancellation', () => one.store.reservations.cancel('any', 'any')],
  ])('is outdated by a %s whose outcome is unknown', async (_, change) => {
    await one.seats(1);
    shop.state.losing = true;
    await expect(change()).rejects.toThrow('timeout');
    shop.state.replayed = 1;
    await sleep(STALENESS.told + 50);
    expect(salesIn((await other.seats(1)).text)).toBe(1);
  });

  it('that was cancelled is seen, too', async () => {
    await one.seats(1);
    await one.store.reservations.cancel('any', 'any');
    await sleep(STALENESS.told + 20);
    expect(salesIn((await other.seats(1)).text)).toBe(1);
  });
});

describe('a value in Redis that cannot be used', () => {
  it.each([
    ['is no value of ours', async () => Buffer.from('not json')],
    ['is cut short', async (value: Buffer) => value.subarray(0, value.length - 3)],
    ['is damaged', async (value: Buffer) => damaged(value)],
    [
      'is of another version',
      async (value: Buffer) => Buffer.from(value.toString('latin1').replace('F02', 'F00'), 'latin1'),
    ],
  ])('because it %s, is a miss, is deleted and counted', async (_, spoil) => {
    const before = await unusable();
    await one.seats(1);
    const value = await server.client.getBuffer('seats:1');
    await server.client.set('seats:1', await spoil(value ?? Buffer.alloc(0)));
    expect(await other.seats(1)).toMatchObject({ cache: 'MISS', text: '{"sales":0}' });
    expect(await one.seats(1)).toMatchObject({ cache: 'HIT' });
    expect(await unusable()).toBe(before + 1);
  });

  it('because it is a list, is a miss as well', async () => {
    await server.client.rpush('seats:1', 'one');
    expect(await one.seats(1)).toMatchObject({ text: '{"sales":0}' });
    expect(await one.seats(1)).toMatchObject({ cache: 'HIT' });
  });
});

/** Until an instance answers for the first show without asking. */
async function held(instance: typeof one): Promise<void> {
  await vi.waitFor(async () => {
    await instance.seats(1);
    await server.client.config('RESETSTAT');
    expect((await instance.seats(1)).cache).toBe('HIT');
    expect(await server.client.info('commandstats')).not.toMatch(/cmdstat_get(range)?:/);
  });
}

function damaged(value: Buffer): Buffer {
  const middle = value.length - 12;
  return Buffer.concat([value.subarray(0, middle), Buffer.from([1, 2]), value.subarray(middle + 2)]);
}

async function unusable(): Promise<number> {
  const metric = await register.getSingleMetric('tickets_cache_unusable_total')?.get();
  return metric?.values[0]?.value ?? 0;
}
