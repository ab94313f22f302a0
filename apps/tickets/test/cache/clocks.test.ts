import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { encode, NO_POSITION } from '../../src/cache/entry.ts';
import { SEATS, STALENESS } from '../../src/cache/lifetimes.ts';
import { cluster, migrate, pool, postgres, replicated } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { openCached } from '../redis/open.ts';
import { settings } from '../settings.ts';

const HOUR_MS = 3_600_000;

let database: TestPostgres;
let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
  database = await startPostgres();
  const env = settings(await database.database('shop'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  await primary.close();
}, 60_000);
afterAll(async () => {
  await database.stop();
  await server.stop();
});

/** An old map in the cache, as an instance would leave it whose clock is off by so much. */
async function leftBy(skewMs: number): Promise<void> {
  const value = encode('{"old":true}', NO_POSITION, Date.now() + skewMs + SEATS.freshMs);
  await server.client.set('seats:1', value, 'PX', SEATS.freshMs + SEATS.staleMs);
}

it.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])(
  'a box whose clock is an hour %s makes no map live longer: Redis’ own clock ends it',
  async (_, skewMs) => {
    const primary = pool(database.url('shop'), settings(database.url('shop')));
    const one = await openCached(server.url, postgres(primary));
    await leftBy(skewMs);
    const since = performance.now();
    await vi.waitFor(async () => expect((await one.seats(1)).text).not.toContain('"old":true'), {
      timeout: 10_000,
      interval: 50,
    });
    expect(performance.now() - since).toBeLessThan(STALENESS.ever);
    await one.close();
    await primary.close();
  },
  20_000,
);

it('a buyer sees what they bought whatever the clocks say: positions in the log are no times', async () => {
  const primary = pool(database.url('shop'), settings(database.url('shop')));
  const databases = await cluster(settings(database.url('shop')));
  const store = replicated(databases, settings(database.url('shop')));
  const one = await openCached(server.url, store);
  await store.reservations.reserve({
    showId: 1,
    seats: [9],
    name: 'Ada',
    email: 'ada@example.com',
    ticket: 'box-office',
    idempotencyKey: crypto.randomUUID(),
  });
  const position = await primary.position();
  await leftBy(HOUR_MS);
  expect((await one.seats(1, position)).text).toMatch(/"seat":9,[^}]*"sold":true/);
  await one.close();
  for (const dependency of databases.dependencies) await dependency.close();
  await primary.close();
});
