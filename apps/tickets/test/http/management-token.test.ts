// Watches promise P8.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, buyer, openShop, post, type TestShop } from '../shop.ts';

let server: TestPostgres;
let shop: TestShop;
/** Another stack, with reservations of its own. */
let elsewhere: TestShop;
let seat = 0;
beforeAll(async () => {
  server = await startPostgres();
  shop = await openShop(await server.database('shop'));
  elsewhere = await openShop(await server.database('elsewhere'));
});
afterAll(async () => {
  await shop.close();
  await elsewhere.close();
  await server.stop();
});

function order() {
  seat += 1;
  return { showId: 1, seats: [seat], ...buyer };
}
const buy = async (from = shop) => (await (await post(from.url, order())).json()) as Reservation;

/** Everything that opens a reservation, with these headers; last what cancels it. */
async function attempts(id: string, headers: Record<string, string>) {
  const path = `${shop.url}/reservations/${id}`;
  const found = await fetch(path, { headers });
  const head = await fetch(path, { method: 'HEAD', headers });
  const ticket = await fetch(`${path}/ticket.pdf`, { headers });
  return [found, head, ticket, await fetch(path, { method: 'DELETE', headers })] as const;
}

async function expectUntouched({ id, token }: Reservation): Promise<void> {
  const found = await fetch(`${shop.url}/reservations/${id}`, { headers: bearer(token) });
  expect(await found.json()).toMatchObject({ id, status: 'confirmed' });
}

it('opens a reservation to its management token, and asks for one where there is none: 401', async () => {
  const bought = await buy();
  for (const answer of await attempts(bought.id, {})) {
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.text()).not.toContain(buyer.email);
  }
  await expectUntouched(bought);
  const [found, , ticket, cancelled] = await attempts(bought.id, bearer(bought.token));
  expect(await found.json()).toMatchObject({ ...buyer, id: bought.id });
  expect(ticket.headers.get('content-type')).toBe('application/pdf');
  expect(await cancelled.json()).toMatchObject({ status: 'cancelled' });
});

it('answers without a token alike whether or not the reservation exists', async () => {
  const { id } = await buy();
  const said = async (of: string) =>
    Promise.all(
      (await attempts(of, {})).map(async (answer) => [
        answer.status,
        (await answer.text()).replace(/request:[^"]+/, ''),
      ]),
    );
  expect(await said(id)).toEqual(await said(randomUUID()));
});

it.each([
  ['of another reservation', async () => (await buy()).token],
  ['of another stack', async () => (await buy(elsewhere)).token],
  ['that is forged', async () => randomUUID().replaceAll('-', '')],
  ['that is the reservation’s id', async (own: Reservation) => own.id],
  ['that is too short by one character', async (own: Reservation) => own.token.slice(1)],
])('says of a token %s that there is no such reservation: 404', async (_what, other) => {
  const bought = await buy();
  const headers = bearer(await other(bought));
  const unknown = await fetch(`${shop.url}/reservations/${randomUUID()}`, { headers });
  const { instance: _, ...said } = (await unknown.json()) as Record<string, unknown>;
  for (const answer of await attempts(bought.id, headers)) {
    expect(answer.status).toBe(404);
    const text = await answer.text();
    if (text !== '') expect(JSON.parse(text)).toMatchObject(said);
  }
  await expectUntouched(bought);
});

it.each([
  ['as a password', (token: string) => ({ authorization: `Basic ${btoa(`:${token}`)}` })],
  ['without a scheme', (token: string) => ({ authorization: token })],
  ['in a cookie', (token: string) => ({ cookie: `token=${token}` })],
])('takes no token %s: 401', async (_how, headers) => {
  const bought = await buy();
  for (const answer of await attempts(bought.id, headers(bought.token))) expect(answer.status).toBe(401);
  const inQuery = `${shop.url}/reservations/${bought.id}?token=${bought.token}`;
  expect((await fetch(inQuery)).status).toBe(401);
  await expectUntouched(bought);
});

it('answers a repeated purchase with the same token, also after a cancellation', async () => {
  const wanted = order();
  const key = { 'idempotency-key': randomUUID() };
  const { id, token } = (await (await post(shop.url, wanted, key)).json()) as Reservation;
  expect(await (await post(shop.url, wanted, key)).json()).toMatchObject({ id, token });
  await fetch(`${shop.url}/reservations/${id}`, { method: 'DELETE', headers: bearer(token) });
  expect(await (await post(shop.url, wanted, key)).json()).toMatchObject({ token, status: 'cancelled' });
});

it('gives the token only to a client that knows the key and the whole purchase', async () => {
  const wanted = order();
  const key = { 'idempotency-key': randomUUID() };
  const { token } = (await (await post(shop.url, wanted, key)).json()) as Reservation;
  for (const guess of [
    { email: 'eve@example.com' },
    { name: 'Eve' },
    { seats: order().seats },
    { showId: 2 },
  ]) {
    const answer = await post(shop.url, { ...wanted, ...guess }, key);
    expect(answer.status).toBe(422);
    expect(await answer.text()).not.toContain(token);
  }
});

it('describes in its document which routes need the token', async () => {
  const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown }>>;
    components: { securitySchemes: Record<string, unknown> };
  };
  expect(document.components.securitySchemes.managementToken).toMatchObject({
    type: 'http',
    scheme: 'bearer',
  });
  const needed = [{ managementToken: [] }];
  expect(document.paths['/reservations/{id}']?.get?.security).toEqual(needed);
  expect(document.paths['/reservations/{id}']?.delete?.security).toEqual(needed);
  expect(document.paths['/reservations/{id}/ticket.pdf']?.get?.security).toEqual(needed);
  expect(document.paths['/reservations']?.post?.security).toBeUndefined();
});
