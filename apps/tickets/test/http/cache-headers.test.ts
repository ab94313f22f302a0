import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cached, redis } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { openShop, type TestShop } from '../shop.ts';

let database: TestPostgres;
let server: TestRedis;
let shop: TestShop;
beforeAll(async () => {
  server = await startRedis();
  database = await startPostgres();
  await database.database('shop');
  const env = settings(database.url('shop'), { redisUrl: server.url });
  const cache = redis(env.redisUrl, env);
  await vi.waitFor(() => cache.check(), { timeout: 5000, interval: 20 });
  shop = await openShop(env.databaseUrl, {}, (parts) => ({
    ...cached(cache, parts, env),
    dependencies: [...parts.dependencies, cache],
  }));
}, 60_000);
afterAll(async () => {
  await shop.close();
  await database.stop();
  await server.stop();
});

it.each(['/shows', '/shows/2', '/shows/2/seats'])('%s says what the cache did for it', async (path) => {
  const first = await fetch(`${shop.url}${path}`);
  const again = await fetch(`${shop.url}${path}`);
  expect([first, again].map((answer) => answer.headers.get('x-cache'))).toEqual(['MISS', 'HIT']);
  expect(await again.text()).toBe(await first.text());
});

it('does not send again what the client has', async () => {
  await fetch(`${shop.url}/shows/1/seats`);
  const first = await fetch(`${shop.url}/shows/1/seats`);
  const tag = first.headers.get('etag') ?? '';
  expect(tag).toMatch(/^"[0-9a-f]+-gzip"$/);
  const again = await fetch(`${shop.url}/shows/1/seats`, { headers: { 'if-none-match': tag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
  const other = await fetch(`${shop.url}/shows/1/seats`, { headers: { 'if-none-match': '"other"' } });
  expect(other.status).toBe(200);
  expect((await other.text()).length).toBeGreaterThan(10_000);
});

it.each([
  ['gzip, deflate, br', 'gzip'],
  ['br;q=1.0, GZIP;q=0.8', 'gzip'],
  ['br, gzip;q=0', null],
  ['identity', null],
])('sends a seat map to a client that takes %s in %s', async (accepted, encoding) => {
  const plain = await (await fetch(`${shop.url}/shows/1/seats`)).text();
  const answer = await fetch(`${shop.url}/shows/1/seats`, { headers: { 'accept-encoding': accepted } });
  expect(answer.headers.get('x-cache')).toBe('HIT');
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('vary')).toBe('Accept-Encoding');
  const length = Number(answer.headers.get('content-length'));
  if (encoding === 'gzip') expect(length).toBeLessThan(plain.length / 5);
  else expect(length).toBe(plain.length);
  expect(await answer.text()).toBe(plain);
});

it('says that no show is there, also from the cache', async () => {
  for (const outcome of ['MISS', 'HIT']) {
    const answer = await fetch(`${shop.url}/shows/999/seats`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-cache')).toBe(outcome);
  }
});
