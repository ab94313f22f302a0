import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type Dependency,
  notifyFeed,
  pool,
  redis,
  redisFeed,
  type SeatFeed,
  seatTruth,
} from '../../src/index.ts';
import { register } from '../../src/metrics.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';

const MALFORMED = ['', '{', 'null', '{"showId":1}', '[{"showId":"1","seats":[2],"sold":true}]', '[null]'];

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  database = await startPostgres();
  await database.database('shop');
  cache = await startRedis();
}, 60_000);
afterAll(async () => {
  await database.stop();
  await cache.stop();
});

const counted = async () =>
  (await register.getSingleMetric('tickets_feed_malformed_total')?.get())?.values[0]?.value ?? 0;

async function isSurvived(
  feed: SeatFeed & Dependency,
  say: (text: string) => Promise<unknown>,
): Promise<void> {
  await vi.waitFor(() => feed.check(), { timeout: 5000, interval: 20 });
  let missed = 0;
  const heard: number[] = [];
  const before = await counted();
  const end = feed.subscribe(
    3,
    ({ seats }) => heard.push(...seats),
    () => {
      missed += 1;
    },
  );
  for (const text of MALFORMED) await say(text);
  await vi.waitFor(() => expect(missed).toBe(MALFORMED.length), { timeout: 3000 });
  expect(await counted()).toBe(before + MALFORMED.length);
  await feed.publish({ showId: 3, seats: [7], sold: true });
  await vi.waitFor(() => expect(heard).toContain(7));
  end();
}

it('survives a notification that cannot be read, counts it, and says that something was missed', async () => {
  const env = settings(database.url('shop'));
  const own = pool(env.databaseUrl, env);
  const feed = notifyFeed(own, env);
  await isSurvived(feed, (text) => own.rows('select pg_notify($1, $2)', ['seat_changes', text]));
  await feed.close();
  await own.close();
});

it('survives a message of Redis that cannot be read, counts it, and says that something was missed', async () => {
  const env = settings(database.url('shop'));
  const own = pool(env.databaseUrl, env);
  const client = redis(cache.url, env);
  const feed = redisFeed(client, seatTruth(own));
  await vi.waitFor(() => client.check(), { timeout: 5000 });
  await isSurvived(feed, (text) => cache.client.publish('seat-changes', text));
  await feed.close();
  await client.close();
  await own.close();
});
