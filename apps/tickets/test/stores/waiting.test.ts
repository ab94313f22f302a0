// Watches promise P11.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cluster, replicated } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { openShop, post } from '../shop.ts';
import { reserved } from './contract.ts';

let primary: TestPostgres;
beforeEach(async () => {
  // As the stages' databases.
  primary = await startPostgres(['-c', 'wal_sender_timeout=5s']);
  await primary.database('shop');
}, 60_000);
afterEach(() => primary.stop());

const order = (seat: number) => ({
  ...{ showId: 2, seats: [seat], name: 'Ada', email: 'ada@example.com', ticket: 'box-office' as const },
});

it('refuses at once what would wait behind 64 requests for each connection, and has done nothing of it', async () => {
  const shop = await openShop(primary.url('shop'), { poolSize: 2 });
  const holder = new pg.Client(primary.url('shop'));
  await holder.connect();
  await holder.query('begin; lock table reservations in access exclusive mode');
  const first = Array.from({ length: 2 + 2 * 64 }, (_, seat) => post(shop.url, order(seat + 1)));
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toMatch(/tickets_pool_connections\{[^}]*state="waiting"[^}]*\} 128\b/);
  });
  const began = performance.now();
  const late = await Promise.all(Array.from({ length: 20 }, (_, seat) => post(shop.url, order(seat + 300))));
  expect(performance.now() - began).toBeLessThan(1000);
  for (const refused of late) {
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ type: 'urn:tickets:problem:busy' });
  }
  await holder.query('commit');
  await holder.end();
  for (const answer of await Promise.all(first)) expect(answer.status).toBe(201);
  expect(await (await fetch(`${shop.url}/metrics`)).text()).toMatch(
    /tickets_pool_refused_total\{[^}]*\} 20\b/,
  );
  const [row] = await primary.ask<{ sold: number }>(
    'select count(*)::int as sold from reserved_seats',
    'shop',
  );
  expect(row?.sold).toBe(130);
  await shop.close();
}, 60_000);

it('takes no database out of use because too many wait for it', async () => {
  const shop = await openShop(primary.url('shop'));
  await shop.close();
  const standby = await startStandby(primary, 'replica_1');
  const env = settings(primary.url('shop'), { replicaUrls: [standby.url('shop')], poolSize: 1 });
  const databases = await cluster(env);
  const store = replicated(databases, env);
  await vi.waitFor(async () => expect(await store.shows.find(1)).not.toBeNull());
  const holder = new pg.Client(primary.url('shop'));
  await holder.connect();
  await holder.query('begin; lock table shows in access exclusive mode');
  // Replayed by the standby, the lock holds its readers too; a commit sends the log that far.
  await primary.ask('create table sent ()', 'shop');
  await vi.waitFor(async () => {
    const rows = await standby.ask(`select from pg_locks where mode = 'AccessExclusiveLock'`);
    expect(rows.length).toBeGreaterThan(0);
  });
  const reads = Array.from({ length: 2 * 65 + 30 }, () => store.shows.find(1).catch((error) => error));
  const refused = await Promise.race(reads.slice(-1));
  expect(refused).toMatchObject({ kind: 'busy' });
  expect(databases.members.map(({ healthy }) => healthy)).toEqual([true, true]);
  await holder.query('commit');
  await holder.end();
  const answers = await Promise.all(reads);
  const failed = answers.filter((answer) => answer instanceof Error);
  expect(failed.length).toBeGreaterThanOrEqual(30);
  for (const error of failed) expect(error).toMatchObject({ kind: 'busy' });
  for (const dependency of databases.dependencies) await dependency.close();
  await standby.stop();
}, 60_000);

it('answers a write within 8 s while its only replica hangs, refuses at once after 6 s, and keeps its connections few', async () => {
  const shop = await openShop(primary.url('shop'));
  await shop.close();
  const standby = await startStandby(primary, 'replica_1', ['-c', 'wal_receiver_timeout=5s']);
  await primary.ask(`alter system set synchronous_standby_names = 'ANY 1 (replica_1)'`);
  await primary.ask('select pg_reload_conf()');
  const env = settings(primary.url('shop'), { replicaUrls: [standby.url('shop')], poolSize: 4 });
  const databases = await cluster(env);
  const { reservations } = replicated(databases, env);
  const reserve = (seat: number, idempotencyKey: string) =>
    reservations.reserve({ ...order(seat), idempotencyKey });
  await vi.waitFor(async () => reserved(await reserve(1, randomUUID())), { timeout: 5000 });
  await standby.signal('SIGSTOP');
  const hung = performance.now();
  const asked: Promise<{ seat: number; key: string; at: number; tookMs: number }>[] = [];
  for (let seat = 2; performance.now() - hung < 9000; seat += 1) {
    const [key, at] = [randomUUID(), performance.now()];
    const tookMs = () => performance.now() - at;
    asked.push(
      reserve(seat, key).then(
        () => ({ seat, key, at: at - hung, tookMs: tookMs() }),
        () => ({ seat, key, at: at - hung, tookMs: tookMs() }),
      ),
    );
    await sleep(50);
  }
  const answers = await Promise.all(asked);
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(8500);
  const late = answers.filter(({ at }) => at > 6500);
  expect(late.length).toBeGreaterThan(10);
  expect(Math.max(...late.map(({ tookMs }) => tookMs))).toBeLessThan(500);
  const [open] = await primary.ask<{ sessions: number }>(
    `select count(*)::int as sessions from pg_stat_activity where datname = 'shop'`,
  );
  // Those that wait for the replica stay until it is back; each was replaced once at most before writes were refused.
  expect(open?.sessions).toBeLessThanOrEqual(2 * (env.poolSize + 1));
  await standby.signal('SIGCONT');
  await vi.waitFor(
    async () => reserved(await reserve(400, randomUUID()).catch(() => ({ kind: 'failed' }) as never)),
    {
      timeout: 10_000,
    },
  );
  for (const { seat, key } of answers.slice(0, 5)) expect(reserved(await reserve(seat, key))).toBeDefined();
  for (const dependency of databases.dependencies) await dependency.close();
  await standby.stop();
}, 60_000);
