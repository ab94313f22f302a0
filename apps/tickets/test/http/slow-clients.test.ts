import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { openShop, type TestShop } from '../shop.ts';

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

/** Sends `text` byte by byte, one every 100 ms; resolves with what came back when the connection is closed. */
async function trickle(text: string): Promise<{ answer: string; ms: number }> {
  const started = performance.now();
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const sending = (async () => {
    for (const letter of text) {
      if (socket.destroyed) return;
      socket.write(letter);
      await sleep(100);
    }
  })();
  await Promise.race([closed, sending.then(() => closed)]);
  return { answer, ms: performance.now() - started };
}

it('lets go of a client that takes its time with the header, and serves others meanwhile', async () => {
  const slow = trickle(`GET /shows HTTP/1.1\r\nHost: shop\r\nX-Slow: ${'x'.repeat(300)}\r\n\r\n`);
  expect((await fetch(`${shop.url}/shows`)).status).toBe(200);
  const { answer, ms } = await slow;
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('application/problem+json');
  expect(ms).toBeLessThan(8000);
}, 15_000);

it('lets go of a client that takes its time with the body', async () => {
  const head =
    'POST /reservations HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n';
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const started = performance.now();
  socket.write(head);
  const feeding = setInterval(() => socket.write(' '), 200);
  await new Promise((resolve) => socket.resume().once('close', resolve));
  clearInterval(feeding);
  expect(performance.now() - started).toBeLessThan(13_000);
}, 20_000);

it('refuses what is not HTTP', async () => {
  const { answer } = await trickle('HELO\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('urn:tickets:problem:malformed');
});
