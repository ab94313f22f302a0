import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
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

it('reserves seats: 201, the reservation, and where it is', async () => {
  const answer = await post(shop.url, { showId: 1, seats: [1, 2], ...buyer });
  expect(answer.status).toBe(201);
  const reservation = (await answer.json()) as Reservation;
  expect(reservation).toMatchObject({ showId: 1, seats: [1, 2], status: 'confirmed', ...buyer });
  expect(answer.headers.get('location')).toBe(`/reservations/${reservation.id}`);
  const path = `${shop.url}/reservations/${reservation.id}`;
  const found = await fetch(path, { headers: bearer(reservation.token) });
  expect(found.headers.get('cache-control')).toContain('no-store');
  expect(await found.json()).toEqual(reservation);
});

it('mails the ticket unless the buyer collects it at the box office', async () => {
  const plain = await post(shop.url, { showId: 1, seats: [40], ...buyer });
  expect(await plain.json()).toMatchObject({ ticket: 'mail' });
  const collected = await post(shop.url, { showId: 1, seats: [41], ...buyer, ticket: 'box-office' });
  expect(await collected.json()).toMatchObject({ ticket: 'box-office' });
});

it('gives the same answer to the same key: 200, marked as a replay, and delivers once', async () => {
  const key = { 'idempotency-key': 'order-7-of-the-tests' };
  const wanted = { showId: 1, seats: [3], ...buyer };
  const first = await post(shop.url, wanted, key);
  const again = await post(shop.url, wanted, key);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const reservation = (await first.json()) as Reservation;
  expect(await again.json()).toEqual(reservation);
  expect(shop.delivered.filter(({ id }) => id === reservation.id)).toHaveLength(1);
});

it('makes one reservation of ten simultaneous requests with one key', async () => {
  const key = { 'idempotency-key': 'order-8-of-the-tests' };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(shop.url, { showId: 1, seats: [4], ...buyer }, key)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Reservation).id));
  expect(new Set(ids).size).toBe(1);
});

it('refuses taken seats by name: 409, and reserves none', async () => {
  await post(shop.url, { showId: 1, seats: [10], ...buyer });
  const answer = await post(shop.url, { showId: 1, seats: [9, 10], ...buyer });
  expect(answer.status).toBe(409);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({
    type: 'urn:tickets:problem:seats-taken',
    status: 409,
    seats: [10],
  });
  expect((await post(shop.url, { showId: 1, seats: [9], ...buyer })).status).toBe(201);
});

it('cancels: the seats are free again, the ticket is gone', async () => {
  const reserved = await post(shop.url, { showId: 1, seats: [20], ...buyer });
  const path = `${shop.url}${reserved.headers.get('location')}`;
  const headers = bearer(((await reserved.json()) as Reservation).token);
  const cancelled = await fetch(path, { method: 'DELETE', headers });
  expect(await cancelled.json()).toMatchObject({ status: 'cancelled' });
  expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(200);
  expect((await post(shop.url, { showId: 1, seats: [20], ...buyer })).status).toBe(201);
  expect((await fetch(`${path}/ticket.pdf`, { headers })).status).toBe(410);
});

it('hands out the ticket', async () => {
  const reserved = await post(shop.url, {
    showId: 1,
    seats: [30],
    name: 'Łukasz 山 <b>',
    email: 'l@example.com',
  });
  const { id, token } = (await reserved.json()) as Reservation;
  const answer = await fetch(`${shop.url}/reservations/${id}/ticket.pdf`, { headers: bearer(token) });
  expect(answer.headers.get('content-disposition')).not.toContain(id);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});

it('keeps a sale whose ticket cannot be mailed', async () => {
  const { inlineDelivery, mailer } = await import('../../src/index.ts');
  const mail = mailer('smtp://127.0.0.1:1');
  const lame = await openShop(server.url('shop'), {}, (parts) => ({
    delivery: inlineDelivery(mail, parts, { siteUrl: 'http://shop.test' }),
  }));
  const answer = await post(lame.url, { showId: 2, seats: [1], ...buyer });
  expect(answer.status).toBe(201);
  expect(await (await fetch(`${lame.url}/metrics`)).text()).toContain(
    'tickets_deliveries_total{outcome="failed"} 1',
  );
  await mail.close();
  await lame.close();
});
