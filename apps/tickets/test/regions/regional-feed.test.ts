import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { STALENESS } from '../../src/cache/lifetimes.ts';
import {
  cached,
  migrate,
  pool,
  postgres,
  redis,
  redisFeed,
  regionalFeed,
  seatTruth,
  subscriber,
} from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { parsed } from '../stores/contract.ts';
import { type SlowLink, slowLink } from './slow-link.ts';

const DELAY_MS = 40;

let database: TestPostgres;
let caches: [TestRedis, TestRedis];
let link: SlowLink;

beforeAll(async () => {
  database = await startPostgres();
  await database.database('shop');
  const env = settings(database.url('shop'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  await primary.close();
  caches = [await startRedis(), await startRedis()];
  link = await slowLink(caches[0].port, DELAY_MS);
}, 60_000);
afterAll(async () => {
  await link.close();
  for (const cache of caches) await cache.stop();
  await database.stop();
});

/** A region's cache and feed. What is tested is what they hear, so both read the one database. */
async function region(own: TestRedis, otherUrl: string) {
  const env = settings(database.url('shop'), { redisUrl: own.url });
  const primary = pool(env.databaseUrl, env);
  const cache = redis(own.url, env);
  const store = cached(cache, postgres(primary), env);
  const local = redisFeed(cache, seatTruth(primary));
  const feed = regionalFeed(local, subscriber(otherUrl, env), store);
  await vi.waitFor(() => Promise.all([cache.check(), feed.check()]), { timeout: 5000, interval: 20 });
  return {
    store,
    feed,
    position: () => primary.position(),
    isSold: async (seat: number) => parsed(await store.reservations.seatMap(1)).seats[seat - 1]?.sold,
    async close() {
      await feed.close();
      await cache.close();
      await primary.close();
    },
  };
}

/** Home sells; away hears of it over the link. */
async function regions() {
  const home = await region(caches[0], caches[1].url);
  const away = await region(caches[1], link.url(`${caches[0].url}/`));
  const sell = async (seat: number) => {
    const outcome = await home.store.reservations.reserve({
      showId: 1,
      seats: [seat],
      name: 'Ada',
      email: 'ada@example.com',
      ticket: 'box-office',
      idempotencyKey: crypto.randomUUID(),
    });
    expect(outcome.kind).toBe('reserved');
    await home.feed.publish({ showId: 1, seats: [seat], sold: true, position: await home.position() });
  };
  return {
    home,
    away,
    sell,
    async close() {
      await home.close();
      await away.close();
    },
  };
}

it('outdates the other region’s cached map and tells its watchers, within the bound', async () => {
  const { away, sell, close } = await regions();
  expect(await away.isSold(11)).toBe(false);
  const heard: number[] = [];
  const end = away.feed.subscribe(1, ({ seats }) => heard.push(...seats));
  await sell(11);
  const told = performance.now();
  await vi.waitFor(() => expect(heard).toEqual([11]), { timeout: 1000, interval: 5 });
  expect(performance.now() - told).toBeLessThan(DELAY_MS + 150);
  await vi.waitFor(async () => expect(await away.isSold(11)).toBe(true), { timeout: 3000, interval: 10 });
  expect(performance.now() - told).toBeLessThan(STALENESS.elsewhere);
  end();
  await sell(12);
  expect(heard).toEqual([11]);
  await close();
});

it('without the link a sale shows when the map’s life is over, and watchers load it again after the mend', async () => {
  const { away, sell, close } = await regions();
  expect(await away.isSold(21)).toBe(false);
  let missed = 0;
  away.feed.subscribe(1, vi.fn(), () => {
    missed += 1;
  });
  link.cut();
  await sell(21);
  const told = performance.now();
  await vi.waitFor(async () => expect(await away.isSold(21)).toBe(true), { timeout: 8000, interval: 50 });
  expect(performance.now() - told).toBeLessThan(STALENESS.ever);
  // A connection that is cut and silent is noticed, too.
  await vi.waitFor(() => expect(away.feed.check()).rejects.toThrow(/other region/), { timeout: 8000 });
  expect(missed).toBe(0);
  link.mend();
  await vi.waitFor(() => expect(missed).toBe(1), { timeout: 8000, interval: 20 });
  await away.feed.check();
  await close();
}, 30_000);
