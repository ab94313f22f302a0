// Watches promise P11.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type JsonText, localFeed, type SeatFeed, type Shows } from '../../src/index.ts';
import { register } from '../../src/metrics.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { buyer, openShop, post } from '../shop.ts';

const EARLY = 3000;

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  await server.database('shop');
});
afterAll(() => server.stop());

/** A shop whose subscriptions are counted, and that looks for a show as long as `lookMs` says. */
async function openCounted(lookMs: () => number, maxStreams = 800) {
  let subscriptions = 0;
  const shop = await openShop(server.url('shop'), { maxStreams }, ({ shows, feed }) => {
    const counted: SeatFeed = {
      ...feed,
      subscribe(showId, change, missed) {
        const end = feed.subscribe(showId, change, missed);
        subscriptions += 1;
        return () => {
          subscriptions -= 1;
          end();
        };
      },
    };
    const slow: Shows = {
      ...shows,
      async find(id): Promise<JsonText | null> {
        await sleep(lookMs());
        return await shows.find(id);
      },
    };
    return { feed: counted, shows: slow };
  });
  return { ...shop, subscriptions: () => subscriptions };
}

const metric = async (name: string) =>
  (await register.getSingleMetric(name)?.get())?.values.reduce((sum, { value }) => sum + value, 0);
const gauge = () => metric('tickets_event_streams');

async function openSocket(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return socket;
}
const GET = 'GET /shows/1/events HTTP/1.1\r\nHost: shop\r\n\r\n';
const intervals = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

it(`leaves nothing of ${EARLY} clients that leave before, while and after their stream opens`, async () => {
  const shop = await openCounted(() => Math.random() * 20);
  const before = intervals();
  for (let sent = 0; sent < EARLY; sent += 100) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await openSocket(shop.url, GET);
        await sleep(Math.random() * 30);
        if (Math.random() < 0.7) socket.resetAndDestroy();
        else socket.destroy();
      }),
    );
  }
  await vi.waitFor(async () => expect([await gauge(), shop.subscriptions()]).toEqual([0, 0]), {
    timeout: 5000,
  });
  // Those of the sockets themselves end a little later.
  await vi.waitFor(() => expect(intervals()).toBeLessThanOrEqual(before + 5), {
    timeout: 15_000,
    interval: 200,
  });
  await shop.close();
}, 60_000);

it('leaves nothing of a client that leaves while its show is looked for', async () => {
  const shop = await openCounted(() => 200);
  const socket = await openSocket(shop.url, GET);
  await vi.waitFor(async () => expect(await gauge()).toBe(1));
  socket.resetAndDestroy();
  await sleep(400);
  expect([await gauge(), shop.subscriptions()]).toEqual([0, 0]);
  await shop.close();
});

it('opens no stream behind another answer on its connection, and leaves nothing of it', async () => {
  const shop = await openCounted(() => 0);
  const socket = await openSocket(shop.url, GET.repeat(5));
  await vi.waitFor(() => expect(shop.subscriptions()).toBe(1));
  await sleep(100);
  expect([await gauge(), shop.subscriptions()]).toEqual([1, 1]);
  socket.resetAndDestroy();
  await vi.waitFor(async () => expect([await gauge(), shop.subscriptions()]).toEqual([0, 0]));
  await shop.close();
});

it('answers HEAD with the headers of GET at once, and opens nothing', async () => {
  const shop = await openCounted(() => 0);
  const started = performance.now();
  const answer = await fetch(`${shop.url}/shows/1/events`, { method: 'HEAD' });
  expect(performance.now() - started).toBeLessThan(1000);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(answer.headers.get('cache-control')).toBe('private, no-store, no-transform');
  expect((await fetch(`${shop.url}/shows/999/events`, { method: 'HEAD' })).status).toBe(404);
  expect((await fetch(`${shop.url}/shows/1/events`, { method: 'POST' })).status).toBe(405);
  expect([await gauge(), shop.subscriptions()]).toEqual([0, 0]);
  await shop.close();
});

it('refuses a stream beyond its limit at once, says when to come back, and sells on', async () => {
  const shop = await openCounted(() => 0, 3);
  const refusedBefore = (await metric('tickets_event_streams_refused_total')) ?? 0;
  const sockets = await Promise.all([1, 2, 3].map(() => openSocket(shop.url, GET)));
  await vi.waitFor(() => expect(shop.subscriptions()).toBe(3));
  const answer = await fetch(`${shop.url}/shows/1/events`);
  expect([answer.status, await answer.json()]).toMatchObject([
    503,
    { type: 'urn:tickets:problem:too-many-streams' },
  ]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
  expect(await metric('tickets_event_streams_refused_total')).toBe(refusedBefore + 1);
  expect((await post(shop.url, { showId: 1, seats: [1], ...buyer })).status).toBe(201);
  sockets[0]?.resetAndDestroy();
  await vi.waitFor(() => expect(shop.subscriptions()).toBe(2));
  const again = await openSocket(shop.url, GET);
  await vi.waitFor(() => expect(shop.subscriptions()).toBe(3));
  for (const socket of [...sockets, again]) socket.destroy();
  await vi.waitFor(async () => expect(await gauge()).toBe(0));
  await shop.close();
});

it('gives every one of 300 streams all changes of its show, in their order', async () => {
  const silent = {
    opened: () => undefined,
    rest: () => undefined,
    told: () => undefined,
    examine: async () => ({ seats: [], gap: false, whole: true }),
  };
  const feed = localFeed(silent);
  const shop = await openShop(server.url('shop'), {}, () => ({ feed }));
  const texts: string[] = [];
  const sockets = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const socket = await openSocket(shop.url, GET);
      texts[index] = '';
      socket.on('data', (data: Buffer) => {
        texts[index] += data.toString();
      });
      return socket;
    }),
  );
  await vi.waitFor(() => expect(texts.every((text) => text.includes(': open'))).toBe(true), {
    timeout: 5000,
  });
  const seats = Array.from({ length: 50 }, (_, index) => index + 1);
  for (const seat of seats) await feed.publish({ showId: 1, seats: [seat], sold: seat % 2 === 0 });
  const heard = (text: string) => [...text.matchAll(/"seats":\[(\d+)\]/g)].map(([, seat]) => Number(seat));
  await vi.waitFor(
    () => {
      for (const text of texts) expect(heard(text)).toEqual(seats);
    },
    { timeout: 5000, interval: 50 },
  );
  for (const socket of sockets) socket.destroy();
  await shop.close();
}, 20_000);
