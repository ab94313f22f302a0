import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { buyer, openShop, post, type TestShop } from '../shop.ts';

let server: TestPostgres;
let shop: TestShop;
let site: string;
beforeAll(async () => {
  server = await startPostgres();
  site = await mkdtemp(join(tmpdir(), 'tickets-site-'));
  await mkdir(join(site, 'public/assets'), { recursive: true });
  await writeFile(join(site, 'secret.txt'), 'secret');
  await writeFile(join(site, 'public/index.html'), '<!doctype html>shop');
  await writeFile(join(site, 'public/assets/app-1a2b.js'), 'void 0');
  await mkdir(join(site, 'public/posters/v1'), { recursive: true });
  await writeFile(join(site, 'public/posters/v1/act.svg'), '<svg/>');
  shop = await openShop(await server.database('shop'), { publicDir: join(site, 'public'), region: 'eu' });
});
afterAll(async () => {
  await shop.close();
  await server.stop();
  await rm(site, { recursive: true });
});

it('says which box and region answered, and keeps the edge’s request id', async () => {
  const answer = await fetch(`${shop.url}/shows/1`, { headers: { 'x-request-id': 'edge-17' } });
  expect(answer.headers.get('x-served-by')).toBe('app-1');
  expect(answer.headers.get('x-region')).toBe('eu');
  expect(answer.headers.get('x-request-id')).toBe('edge-17');
  const forged = await fetch(`${shop.url}/shows/1`, { headers: { 'x-request-id': 'a b\t"x"' } });
  expect(forged.headers.get('x-request-id')).toMatch(/^[\da-f]{8}-\w+$/);
});

it('describes itself in OpenAPI 3.1, from the schemas that validate', async () => {
  const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as {
    openapi: string;
    components: { schemas: Record<string, { properties: Record<string, unknown> }> };
  };
  expect(document.openapi).toMatch(/^3\.1/);
  expect(document.components.schemas.ReservationRequest?.properties.seats).toMatchObject({
    minItems: 1,
    maxItems: 8,
    items: { minimum: 1, maximum: 500 },
  });
  expect(document.components.schemas.ReservationRequest).toMatchObject({
    required: ['showId', 'seats', 'name', 'email'],
    properties: { ticket: { enum: ['mail', 'box-office'], default: 'mail' } },
  });
});

it('describes patterns that tools in other languages can read', async () => {
  const text = await (await fetch(`${shop.url}/openapi.json`)).text();
  const patterns: string[] = [];
  JSON.parse(text, (key, value) => {
    if (key === 'pattern') patterns.push(value);
    return value;
  });
  expect(patterns.length).toBeGreaterThan(2);
  for (const pattern of patterns) {
    expect(pattern).toMatch(/^\^.*\$$/);
    // Classes and groups that differ between languages, or that some of them lack.
    expect(pattern).not.toMatch(/\\[pPwWsSdDbB]|\(\?/);
    expect(new RegExp(pattern, 'u').source).toBe(new RegExp(pattern).source);
  }
});

it.each(['/healthz', '/metrics'])('has no %s for who comes through a load balancer', async (path) => {
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const answer = await fetch(`${shop.url}${path}`, { headers });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ type: 'urn:tickets:problem:not-found' });
  expect((await fetch(`${shop.url}${path}`)).status).toBe(200);
});

it('tells who comes through a load balancer that it is ready, and not what it depends on', async () => {
  const ready = async (headers = {}) => await (await fetch(`${shop.url}/readyz`, { headers })).json();
  expect(await ready({ 'x-forwarded-for': '203.0.113.7' })).toEqual({ status: 'ready' });
  expect(Object.keys((await ready()) as object).length).toBeGreaterThan(1);
});

it('measures each route, and counts the pool', async () => {
  await fetch(`${shop.url}/shows/2/seats`);
  await post(shop.url, { showId: 2, seats: [1], ...buyer });
  const text = await (await fetch(`${shop.url}/metrics`)).text();
  expect(text).toMatch(
    /tickets_request_duration_seconds_count\{method="GET",route="\/shows\/:id\/seats",status="200"\} 1/,
  );
  expect(text).toMatch(/duration_seconds_count\{method="POST",route="\/reservations",status="201"\} 1/);
  expect(text).toMatch(/tickets_pool_connections\{database="127.0.0.1:\d+",state="idle"\} [1-4]/);
});

it('is ready while what it needs answers, whatever else is down', async () => {
  const optional = {
    name: 'mail',
    optional: true,
    check: () => Promise.reject(new Error('it sleeps')),
    close: () => Promise.resolve(),
  };
  const lame = await openShop(server.url('shop'), {}, ({ dependencies }) => ({
    dependencies: [...dependencies, optional],
  }));
  const answer = await fetch(`${lame.url}/readyz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: 'ready', dependencies: { mail: 'it sleeps' } });
  await lame.close();
});

it('serves the storefront: hashed files for ever, the page checked each time, ten seconds old at most', async () => {
  const page = await fetch(`${shop.url}/`);
  expect(await page.text()).toBe('<!doctype html>shop');
  expect(page.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=10');
  const script = await fetch(`${shop.url}/assets/app-1a2b.js`);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const etag = script.headers.get('etag') ?? '';
  const again = await fetch(`${shop.url}/assets/app-1a2b.js`, {
    headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
});

it('sends a part of a file to whoever asks for one, and refuses parts that there are not', async () => {
  const part = (range: string) => fetch(`${shop.url}/posters/v1/act.svg`, { headers: { range } });
  const first = await part('bytes=0-3');
  expect(first.status).toBe(206);
  expect(first.headers.get('content-range')).toBe('bytes 0-3/6');
  expect(await first.text()).toBe('<svg');
  expect((await part('bytes=6-')).status).toBe(416);
});

it('counts the files it sends, and their bytes', async () => {
  const count = async () => {
    const text = await (await fetch(`${shop.url}/metrics`)).text();
    return ['tickets_files_total', 'tickets_file_bytes_total'].map((name) =>
      Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]),
    );
  };
  const [files = 0, bytes = 0] = await count();
  await (await fetch(`${shop.url}/posters/v1/act.svg`)).text();
  await fetch(`${shop.url}/posters/v1/act.svg`, { method: 'HEAD' });
  expect(await count()).toEqual([files + 2, bytes + 6]);
});

it.each([
  ['/shows', 'public, max-age=5, stale-while-revalidate=30'],
  ['/shows/1', 'public, max-age=5, stale-while-revalidate=30'],
  ['/shows/1/seats', 'private, no-cache'],
  ['/posters/v1/act.svg', 'public, max-age=31536000, immutable'],
  ['/shows/4711', 'no-store'],
  ['/assets/gone-3c4d.js', 'no-store'],
  ['/reservations/00000000-0000-4000-8000-000000000000', 'no-store'],
])('says of %s who may keep it: %s', async (path, keep) => {
  const answer = await fetch(`${shop.url}${path}`);
  expect(answer.headers.get('cache-control')).toBe(keep);
});

it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt'])(
  'keeps to its folder: %s',
  async (path) => {
    // Sent as it is: fetch would tidy the path first.
    const status = await new Promise((resolve, reject) => {
      request(`${shop.url}`, { path }, (res) => resolve(res.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect([400, 403, 404]).toContain(status);
  },
);
