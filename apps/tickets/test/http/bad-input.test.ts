import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, buyer, openShop, post, type TestShop } from '../shop.ts';

let server: TestPostgres;
let shop: TestShop;
beforeAll(async () => {
  server = await startPostgres();
  shop = await openShop(await server.database('shop'));
});
afterAll(async () => {
  await shop.close();
  await server.stop();
});

async function problemOf(answer: Response, status: number, kind: string): Promise<Record<string, unknown>> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = (await answer.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ status, type: `urn:tickets:problem:${kind}`, title: expect.any(String) });
  expect(answer.status).toBe(status);
  expect(problem.instance).toBe(`urn:tickets:request:${answer.headers.get('x-request-id')}`);
  return problem;
}

const key = () => ({ 'idempotency-key': randomUUID() });
const valid = { showId: 1, seats: [400], ...buyer };

describe('a reservation that cannot be read is refused: 400, and says where', () => {
  it.each([
    ['no seats', { ...valid, seats: [] }, 'seats'],
    ['9 seats', { ...valid, seats: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 'seats'],
    ['a seat twice', { ...valid, seats: [1, 1] }, 'seats'],
    ['seat 0', { ...valid, seats: [0] }, 'seats.0'],
    ['seat 501', { ...valid, seats: [1, 501] }, 'seats.1'],
    ['half a seat', { ...valid, seats: [1.5] }, 'seats.0'],
    ['a seat as text', { ...valid, seats: ['1'] }, 'seats.0'],
    ['seats as an object', { ...valid, seats: { length: 1 } }, 'seats'],
    ['no show', { ...valid, showId: undefined }, 'showId'],
    ['a show beyond all numbers', { ...valid, showId: 1e300 }, 'showId'],
    ['no name', { ...valid, name: ' ' }, 'name'],
    ['a name of 101 letters', { ...valid, name: 'x'.repeat(101) }, 'name'],
    ['a name with half a character', { ...valid, name: 'Ada \ud800' }, 'name'],
    ['a name with a NUL, which Postgres cannot hold', { ...valid, name: 'a\u0000b' }, 'name'],
    ['a name with a line break, which could forge a mail header', { ...valid, name: 'a\r\nBcc: b' }, 'name'],
    ['an address that is none', { ...valid, email: 'ada@' }, 'email'],
    ['an address with 65 characters before the @', { ...valid, email: `${'x'.repeat(65)}@b.co` }, 'email'],
    ['an address with a line break', { ...valid, email: 'a@b.co\r\nBcc: c@d.co' }, 'email'],
    ['a ticket by pigeon', { ...valid, ticket: 'pigeon' }, 'ticket'],
    ['a ticket that is null', { ...valid, ticket: null }, 'ticket'],
    ['a member that is not known', { ...valid, admin: true }, ''],
    ['an array', [valid], ''],
    ['a lone string', '"x"', ''],
  ])('%s', async (_what, body, at) => {
    const { errors } = await problemOf(await post(shop.url, body), 400, 'invalid');
    expect((errors as { at: string }[]).map((error) => error.at)).toContain(at);
  });
});

it.each([
  ['broken JSON', '{"showId":1,'],
  ['nothing', ''],
])('%s is malformed: 400', async (_what, body) => {
  await problemOf(await post(shop.url, body), 400, 'malformed');
});

it('a body that is not UTF-8 is malformed: 400', async () => {
  const body = Buffer.from(JSON.stringify({ ...valid, name: 'Ad\u00e9' }), 'latin1');
  const headers = { ...key(), 'content-type': 'application/json' };
  const answer = await fetch(`${shop.url}/reservations`, { method: 'POST', headers, body });
  await problemOf(answer, 400, 'malformed');
});

it('takes a name of 100 characters, whatever their size in UTF-16', async () => {
  const name = '🎫'.repeat(100);
  const answer = await post(shop.url, { ...valid, seats: [311], name });
  expect(await answer.json()).toMatchObject({ name });
});

it('a body larger than 16 kB: 413', async () => {
  await problemOf(await post(shop.url, { ...valid, name: 'x'.repeat(20_000) }), 413, 'too-large');
});

it.each([
  ['text/plain', JSON.stringify(valid)],
  ['application/x-www-form-urlencoded', 'showId=1'],
  ['application/json; charset=latin1', JSON.stringify(valid)],
])('a body of type %s: 415', async (type, body) => {
  await problemOf(await post(shop.url, body, { ...key(), 'content-type': type }), 415, 'wrong-type');
});

it('a compressed body: 415', async () => {
  const headers = { ...key(), 'content-encoding': 'gzip' };
  await problemOf(await post(shop.url, valid, headers), 415, 'wrong-type');
});

it('no Idempotency-Key: 400', async () => {
  await problemOf(await post(shop.url, valid, {}), 400, 'no-key');
});

it.each([['x'.repeat(129)], ['x'.repeat(15)], ['with a space in it'], ['with;a;semicolon;']])(
  'the Idempotency-Key %s: 400',
  async (text) => {
    await problemOf(await post(shop.url, valid, { 'idempotency-key': text }), 400, 'bad-key');
  },
);

it('a key used again with another body: 422', async () => {
  const same = key();
  expect((await post(shop.url, { ...valid, seats: [300] }, same)).status).toBe(201);
  await problemOf(await post(shop.url, { ...valid, seats: [301] }, same), 422, 'key-reused');
  const collected = { ...valid, seats: [300], ticket: 'box-office' };
  await problemOf(await post(shop.url, collected, same), 422, 'key-reused');
});

it('SQL and HTML in a name are a name', async () => {
  const name = `'); drop table seats; --<script>alert(1)</script>`;
  const answer = await post(shop.url, { ...valid, seats: [310], name });
  expect(await answer.json()).toMatchObject({ name });
  expect((await fetch(`${shop.url}/shows/1/seats`)).status).toBe(200);
});

it('a show that does not exist: 404', async () => {
  await problemOf(await post(shop.url, { ...valid, showId: 999 }), 404, 'not-found');
});

it.each([
  '/shows/999',
  '/shows/0',
  '/shows/-1',
  '/shows/1e3',
  '/shows/99999999999999999999',
  '/shows/1%27%20or%201=1',
  '/shows/%00',
  '/shows/999/seats',
  '/shows/x/seats',
  '/shows/999/events',
  '/reservations/1',
  `/reservations/${randomUUID()}`,
  `/reservations/${randomUUID()}/ticket.pdf`,
  '/reservations/%2e%2e%2fshows',
  '/nothing',
])('GET %s: 404', async (path) => {
  await problemOf(await fetch(`${shop.url}${path}`, { headers: bearer('any') }), 404, 'not-found');
});

it('a path that cannot be decoded: 400', async () => {
  await problemOf(await fetch(`${shop.url}/shows/%E0%A4%A`), 400, 'bad-request');
});

it.each([
  ['PUT', '/reservations', 'POST, OPTIONS'],
  ['GET', '/reservations', 'POST, OPTIONS'],
  ['POST', '/shows', 'GET, HEAD, OPTIONS'],
  ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
  ['PATCH', `/reservations/${randomUUID()}`, 'GET, HEAD, DELETE, OPTIONS'],
])('%s %s: 405, and which methods there are', async (method, path, allow) => {
  const answer = await fetch(`${shop.url}${path}`, { method });
  await problemOf(answer, 405, 'method-not-allowed');
  expect(answer.headers.get('allow')).toBe(allow);
});

it.each([
  ['/reservations', 'POST, OPTIONS'],
  ['/shows/1/seats', 'GET, HEAD, OPTIONS'],
])('OPTIONS %s lists its methods', async (path, allow) => {
  const answer = await fetch(`${shop.url}${path}`, { method: 'OPTIONS' });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('allow')).toBe(allow);
});

it('a database that is gone: 503, to be tried again, and /readyz says so', async () => {
  const other = await startPostgres();
  const lost = await openShop(await other.database('lost'));
  await other.stop();
  const answer = await fetch(`${lost.url}/shows`);
  await problemOf(answer, 503, 'unavailable');
  expect(answer.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${lost.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${lost.url}/healthz`)).status).toBe(200);
  await lost.close();
});

it('a defect of the shop: 500, and nothing of it is told', async () => {
  const broken = await openShop(server.url('shop'), {}, ({ shows }) => ({
    shows: { ...shows, list: () => Promise.reject(new TypeError('secret')) },
  }));
  const problem = await problemOf(await fetch(`${broken.url}/shows`), 500, 'defect');
  expect(JSON.stringify(problem)).not.toContain('secret');
  await broken.close();
});
