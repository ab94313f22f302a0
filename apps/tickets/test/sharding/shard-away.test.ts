// Watches promise P11.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { catalogue, gather, pool, type Reservation, sharded } from '../../src/index.ts';
import { linkToken } from '../../src/links/link-token.ts';
import { stackSecret } from '../../src/links/stack-secret.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { prepareCatalogue } from '../../src/sharding/prepare-shards.ts';
import { followMap } from '../../src/sharding/shard-map.ts';
import { openShard } from '../../src/sharding/shards.ts';
import type { Pool } from '../../src/stores/pool.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { bearer, openShop, post, type TestShop } from '../shop.ts';

/** A catalogue with shard 1 on one server, shard 2 on another, and one instance of the shop over them. */
let servers: TestPostgres[];
let shop: TestShop;
let catalogued: Pool;
let close: () => Promise<void>;
/** A show on each of the shards. */
let on: readonly [number, number];

beforeEach(async () => {
  const [one, two] = [await startPostgres(), await startPostgres()];
  servers = [one, two];
  await one.database('shop');
  await one.database('shard');
  await two.database('shard');
  await one.database('unused');
  const env = settings(one.url('shop'), { shows: 6 });
  catalogued = pool(env.databaseUrl, env);
  await prepareCatalogue(catalogued, 2, env);
  const map = await followMap(catalogued);
  const shards = new Map(
    servers.map((server, index) => {
      const number = index + 1;
      // Each at its own server's address, which has no number in it.
      const made = openShard(catalogued, number, { ...env, shardUrl: `${server.url('shard')}?shard={n}` });
      return [number, made] as const;
    }),
  );
  for (const shard of shards.values()) await shard.ready(10_000);
  const byNumber = (number: number) => {
    const found = shards.get(number);
    if (found === undefined) throw new RangeError(`no shard ${number}`);
    return found;
  };
  const found = { catalogue: catalogued, map, shard: byNumber, all: () => [...shards.values()] };
  const shows = [1, 2, 3, 4, 5, 6];
  const showOn = (number: number) => shows.find((id) => map.current.shardOf[bucketOf(id)] === number) ?? 0;
  on = [showOn(1), showOn(2)];
  shop = await openShop(one.url('unused'), {}, () => ({
    shows: catalogue(catalogued),
    reservations: sharded(found),
    overview: gather(found),
  }));
  close = async () => {
    // First what hangs: the others wait for it.
    for (const server of servers) await server.signal('SIGCONT');
    await shop.close();
    map.stop();
    await Promise.all([...shards.values(), catalogued].map((each) => each.close().catch(() => undefined)));
    for (const server of servers) await server.stop();
  };
}, 60_000);
afterEach(async () => close());

const order = (showId: number, seat: number) => ({
  showId,
  seats: [seat],
  name: 'Ada',
  email: 'Ada@Example.com',
  ticket: 'box-office',
});

it('fails the shows of a shard that is down at once and by name, and sells the others as ever', async () => {
  await second().crash();
  await post(shop.url, order(on[1], 1));
  const began = performance.now();
  const refused = await post(shop.url, order(on[1], 1));
  expect(performance.now() - began).toBeLessThan(100);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({
    type: 'urn:tickets:problem:shard-unavailable',
    shard: 'shard-2',
    title: expect.stringContaining('shard-2'),
  });
  expect((await fetch(`${shop.url}/shows/${on[1]}/seats`)).status).toBe(503);
  expect((await fetch(`${shop.url}/shows/${on[1]}`)).status).toBe(200);
  expect((await post(shop.url, order(on[0], 1))).status).toBe(201);
  servers[1] = await second().again();
  await sleep(1000);
  expect((await post(shop.url, order(on[1], 1))).status).toBe(201);
}, 60_000);

it('does not let the others wait for a shard that hangs', async () => {
  await second().signal('SIGSTOP');
  const hanging = Array.from({ length: 20 }, (_, seat) => post(shop.url, order(on[1], seat + 1)));
  await sleep(50);
  for (let seat = 1; seat <= 10; seat += 1) {
    const began = performance.now();
    expect((await post(shop.url, order(on[0], seat))).status).toBe(201);
    expect(performance.now() - began).toBeLessThan(500);
  }
  for (const answer of await Promise.all(hanging)) expect(answer.status).toBe(503);
  const began = performance.now();
  expect((await post(shop.url, order(on[1], 30))).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(100);
  await second().signal('SIGCONT');
}, 60_000);

it('gathers a buyer’s reservations from all shards, newest first, and names the shard that is missing', async () => {
  await post(shop.url, order(on[0], 1));
  await post(shop.url, order(on[1], 1));
  await post(shop.url, { ...order(on[0], 2), email: 'eve@example.com' });
  const secret = await stackSecret((statement, values) => catalogued.text(statement, values))();
  const headers = bearer(linkToken('ada@example.com', secret));
  const mine = async () => (await fetch(`${shop.url}/reservations`, { headers })).json();
  expect(await mine()).toMatchObject({ reservations: [{ showId: on[1] }, { showId: on[0] }], missing: [] });
  await second().crash();
  expect(await mine()).toMatchObject({ reservations: [{ showId: on[0] }], missing: ['shard-2'] });
}, 60_000);

it('adds up on the shards what was sold, and brings it together per show and currency', async () => {
  await post(shop.url, { ...order(on[0], 1), seats: [1, 2, 3] });
  const { id, token } = (await (await post(shop.url, order(on[0], 9))).json()) as Reservation;
  await fetch(`${shop.url}/reservations/${id}`, { method: 'DELETE', headers: bearer(token) });
  const sold = (await (await post(shop.url, order(on[1], 1))).json()) as { totalCents: number };
  const report = (await (await fetch(`${shop.url}/reservations/report`)).json()) as {
    topShows: { showId: number; seats: number; revenueCents: number; title: string }[];
    totals: { seats: number; reservations: number }[];
    missing: string[];
  };
  expect(report.topShows).toMatchObject([
    { showId: on[0], seats: 3, reservations: 1, title: expect.any(String) },
    { showId: on[1], seats: 1, revenueCents: sold.totalCents },
  ]);
  expect(report.totals.reduce((sum, one) => sum + one.seats, 0)).toBe(4);
  expect(report.missing).toEqual([]);
}, 60_000);

it('hides the report from requests that came through a load balancer, and adds up the sales once in five seconds', async () => {
  const outside = { headers: { 'X-Forwarded-For': '192.0.2.7' } };
  const path = `${shop.url}/reservations/report`;
  const refused = await fetch(path, outside);
  expect(refused.status).toBe(404);
  expect(await refused.text()).not.toContain('totals');
  const first = await (await fetch(path)).text();
  await post(shop.url, order(on[0], 1));
  expect(await (await fetch(path)).text()).toBe(first);
  await vi.waitFor(async () => expect(await (await fetch(path)).text()).not.toBe(first), {
    timeout: 8000,
    interval: 500,
  });
  const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(document.paths)).not.toContain('/reservations/report');
}, 60_000);

function second(): TestPostgres {
  const server = servers[1];
  if (server === undefined) throw new Error('there is no second server');
  return server;
}

it('cancels what a report no longer waits for, asks a shard once for all who want it, and goes on selling', async () => {
  const asked = () =>
    second().ask<{ active: number }>(
      `select count(*)::int as active from pg_stat_activity where state = 'active' and query like '%revenueCents%'
        and pid <> pg_backend_pid()`,
      'shard',
    );
  const holder = pool(second().url('shard'), settings(second().url('shard')));
  await holder.session(async (client) => {
    await client.query('begin; lock table reservations in access exclusive mode');
    const reports = Array.from({ length: 20 }, async () => {
      const began = performance.now();
      const answer = await fetch(`${shop.url}/reservations/report`);
      return { answer, ms: performance.now() - began };
    });
    await vi.waitFor(async () => expect(await asked()).toEqual([{ active: 1 }]), { interval: 20 });
    for (const { answer, ms } of await Promise.all(reports)) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ missing: ['shard-2'] });
      expect(ms).toBeLessThan(2000);
    }
    await vi.waitFor(async () => expect(await asked()).toEqual([{ active: 0 }]), { timeout: 700 });
    await client.query('rollback');
  });
  await holder.close();
  expect((await post(shop.url, order(on[1], 2))).status).toBe(201);
  expect(await (await fetch(`${shop.url}/reservations/report`)).json()).toMatchObject({ missing: [] });
});
