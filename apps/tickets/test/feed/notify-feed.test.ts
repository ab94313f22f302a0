import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { notifyFeed, pool, type Reservation } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { buyer, cancel, openShop, post, type TestShop } from '../shop.ts';
import { watchSeats } from './events.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  await server.database('shop');
});
afterAll(() => server.stop());

async function instance(): Promise<TestShop> {
  const env = settings(server.url('shop'));
  const own = pool(env.databaseUrl, env);
  const feed = notifyFeed(own, env);
  const shop = await openShop(env.databaseUrl, {}, ({ dependencies }) => ({
    feed,
    dependencies: [...dependencies, feed, own],
  }));
  await vi.waitFor(() => feed.check());
  return shop;
}

it('shows a client of one instance what is sold and freed through another, within 500 ms', async () => {
  const [one, other] = [await instance(), await instance()];
  const watching = await watchSeats(one.url, 1);
  expect(watching.answer.headers.get('content-type')).toBe('text/event-stream');
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

it('listens again after its connection broke', async () => {
  const shop = await instance();
  const watching = await watchSeats(shop.url, 1);
  await server.ask(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% feed'`,
  );
  const feed = shop.parts.dependencies.find(({ name }) => name === 'seat feed');
  await vi.waitFor(() => expect(feed?.check()).rejects.toThrow(), { timeout: 2000 });
  await vi.waitFor(() => feed?.check(), { timeout: 5000, interval: 50 });
  await post(shop.url, { showId: 1, seats: [50], ...buyer });
  await vi.waitFor(() => expect(watching.changes).toHaveLength(1), { timeout: 2000 });
  await watching.close();
  await shop.close();
}, 15_000);

it('tells 300 changes in few notifications', async () => {
  const env = settings(server.url('shop'));
  const own = pool(env.databaseUrl, env);
  const feed = notifyFeed(own, env);
  await vi.waitFor(() => feed.check());
  const heard: number[] = [];
  feed.subscribe(3, ({ seats }) => heard.push(...seats));
  const seats = Array.from({ length: 300 }, (_, index) => index + 1);
  await Promise.all(seats.map((seat) => feed.publish({ showId: 3, seats: [seat], sold: true })));
  await vi.waitFor(() => expect(heard).toEqual(seats));
  await feed.close();
  await own.close();
});
