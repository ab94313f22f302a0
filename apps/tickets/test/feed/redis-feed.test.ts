import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pool, type Reservation, redis, redisFeed, seatTruth } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { buyer, cancel, openShop, post, type TestShop } from '../shop.ts';
import { watchSeats } from './events.ts';

let database: TestPostgres;
let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
  database = await startPostgres();
  await database.database('shop');
}, 60_000);
afterAll(async () => {
  await database.stop();
  await server.stop();
});

async function instance(): Promise<TestShop> {
  const env = settings(database.url('shop'));
  const cache = redis(server.url, env);
  const own = pool(env.databaseUrl, env);
  const feed = redisFeed(cache, seatTruth(own));
  const shop = await openShop(database.url('shop'), {}, ({ dependencies }) => ({
    feed,
    dependencies: [...dependencies, feed, cache, own],
  }));
  await ready(shop);
  return shop;
}

const ready = (shop: TestShop) =>
  vi.waitFor(
    async () => {
      for (const dependency of shop.parts.dependencies) await dependency.check();
    },
    { timeout: 8000, interval: 20 },
  );

it('shows a client of one instance what is sold and freed through another, within 500 ms', async () => {
  const [one, other] = [await instance(), await instance()];
  const watching = await watchSeats(one.url, 1);
  const started = performance.now();
  const reserved = await post(other.url, { showId: 1, seats: [5, 6], ...buyer });
  await post(other.url, { showId: 2, seats: [7], ...buyer });
  await vi.waitFor(() => expect(watching.changes).toHaveLength(1));
  expect(watching.changes[0]).toMatchObject({ showId: 1, seats: [5, 6], sold: true });
  expect((watching.changes[0]?.at ?? 0) - started).toBeLessThan(500);
  expect((await cancel(other.url, (await reserved.json()) as Reservation)).status).toBe(200);
  await vi.waitFor(() => expect(watching.changes[1]).toMatchObject({ seats: [5, 6], sold: false }));
  await watching.close();
  await one.close();
  await other.close();
});

it('goes on when Redis has come back, and tells clients that they may have missed something', async () => {
  const [one, other] = [await instance(), await instance()];
  const watching = await watchSeats(one.url, 1);
  await server.kill();
  // Sold while nobody can say so: its own instance's clients hear of it, the others do not.
  expect((await post(one.url, { showId: 1, seats: [21], ...buyer })).status).toBe(201);
  expect((await post(other.url, { showId: 1, seats: [22], ...buyer })).status).toBe(201);
  await vi.waitFor(() => expect(watching.changes).toHaveLength(1));
  expect(watching.missed()).toBe(0);
  await server.start();
  await vi.waitFor(() => expect(watching.missed()).toBe(1), { timeout: 8000 });
  await ready(one);
  await ready(other);
  await post(other.url, { showId: 1, seats: [23], ...buyer });
  await vi.waitFor(() => expect(watching.changes[1]).toMatchObject({ seats: [23] }));
  await watching.close();
  await one.close();
  await other.close();
}, 30_000);

it('notices a Redis that hangs, and listens again when it goes on', async () => {
  const shop = await instance();
  const watching = await watchSeats(shop.url, 1);
  const feed = shop.parts.dependencies.find(({ name }) => name === 'seat feed');
  server.signal('SIGSTOP');
  await vi.waitFor(() => expect(feed?.check()).rejects.toThrow(), { timeout: 8000, interval: 50 });
  server.signal('SIGCONT');
  await vi.waitFor(() => expect(watching.missed()).toBe(1), { timeout: 8000 });
  await watching.close();
  await shop.close();
}, 30_000);

it('tells 300 changes in few messages', async () => {
  const env = settings(database.url('shop'));
  const cache = redis(server.url, env);
  const own = pool(env.databaseUrl, env);
  const feed = redisFeed(cache, seatTruth(own));
  await vi.waitFor(() => Promise.all([feed.check(), cache.check()]), { timeout: 5000 });
  const heard: number[] = [];
  let messages = 0;
  const counting = server.client.duplicate();
  counting.on('message', () => {
    messages += 1;
  });
  await counting.subscribe('seat-changes');
  feed.subscribe(3, ({ seats }) => heard.push(...seats));
  const seats = Array.from({ length: 300 }, (_, index) => index + 1);
  await Promise.all(seats.map((seat) => feed.publish({ showId: 3, seats: [seat], sold: true })));
  await vi.waitFor(() => expect(heard).toEqual(seats));
  expect(messages).toBeLessThan(5);
  counting.disconnect();
  await feed.close();
  await cache.close();
  await own.close();
});
