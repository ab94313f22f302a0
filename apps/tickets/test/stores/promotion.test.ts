import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Cluster, cluster, migrate, notifyFeed, pool, replicated, type Store } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { parsed, reserved } from './contract.ts';

let primary: TestPostgres;
let standby: TestPostgres;
let databases: Cluster;
let store: Store;

beforeEach(async () => {
  primary = await startPostgres();
  await primary.database('shop');
  const writer = pool(primary.url('shop'), settings(''));
  await migrate(writer, settings(''));
  await writer.close();
  standby = await startStandby(primary, 'replica_1');
  const env = settings(primary.url('shop'), { replicaUrls: [standby.url('shop')] });
  databases = await cluster(env);
  store = replicated(databases, env);
}, 60_000);
afterEach(async () => {
  for (const dependency of databases.dependencies) await dependency.close();
  await standby.stop();
  await primary.stop();
});

const request = (seat: number, idempotencyKey: string = randomUUID()) => ({
  showId: 2,
  seats: [seat],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'mail' as const,
  idempotencyKey,
});
const reserve = (seat: number, key?: string) => store.reservations.reserve(request(seat, key));
const writesAgain = (seat: number, key?: string) =>
  vi.waitFor(async () => reserved(await reserve(seat, key)), { timeout: 5000, interval: 50 });

/** A write that it acknowledged is on the standby too. */
async function caughtUp(position: string | undefined): Promise<void> {
  await vi.waitFor(async () => {
    const [row] = await standby.ask<{ there: boolean }>(
      `select pg_last_wal_replay_lsn() >= '${position}'::pg_lsn as there`,
    );
    expect(row?.there).toBe(true);
  });
}

it('reads on while there is no primary, refuses writes at once, and writes to the one that is promoted', async () => {
  const key = randomUUID();
  const first = reserved(await reserve(1, key));
  await caughtUp(first.position);
  await primary.crash();
  for (let index = 0; index < 20; index += 1)
    expect(parsed(await store.reservations.seatMap(2, { after: first.position })).seats[0]?.sold).toBe(true);
  await reserve(2).catch(() => undefined);
  const started = performance.now();
  await expect(reserve(2)).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(500);

  await standby.ask('select pg_promote()');
  const again = await writesAgain(1, key);
  expect(again).toMatchObject({ replayed: true, reservation: { id: first.reservation.id } });
  const next = await writesAgain(3);
  expect(parsed(await store.reservations.seatMap(2, { after: next.position })).seats[2]?.sold).toBe(true);
}, 30_000);

it('never writes to a former primary that comes back and still believes in itself', async () => {
  await primary.crash();
  await standby.ask('select pg_promote()');
  await writesAgain(4);
  const old = await primary.again();
  // Several rounds of asking: it answers, it is writable, and it is of an older timeline.
  await sleep(1500);
  for (let index = 0; index < 5; index += 1) reserved(await reserve(10 + index));
  const [sold] = await old.ask<{ count: number }>('select count(*)::int as count from reservations', 'shop');
  expect(sold?.count).toBe(0);
  // Nor is it read from: what it shows was overtaken.
  for (let index = 0; index < 8; index += 1)
    expect(parsed(await store.reservations.seatMap(2)).seats[3]?.sold).toBe(true);
  await standby.crash();
  await sleep(1000);
  await expect(reserve(20)).rejects.toThrow(/no database takes writes/);
  await old.crash();
}, 30_000);

it('is watched on through the new primary: seats sold after a promotion are announced', async () => {
  const feed = notifyFeed(databases.primary, settings(''));
  const heard: number[] = [];
  feed.subscribe(2, ({ seats }) => heard.push(...seats));
  await vi.waitFor(() => feed.check());
  await primary.crash();
  await standby.ask('select pg_promote()');
  await vi.waitFor(() => feed.check(), { timeout: 8000, interval: 50 });
  await feed.publish({ showId: 2, seats: [9], sold: true });
  await vi.waitFor(() => expect(heard).toEqual([9]), { timeout: 3000 });
  await feed.close();
}, 30_000);

it('refuses a write at once where no standby is left to confirm it, and takes it when one is back', async () => {
  await primary.ask(`alter system set synchronous_standby_names = 'ANY 1 (replica_1)'`);
  await primary.ask('select pg_reload_conf()');
  reserved(await reserve(5));
  await standby.crash();
  await vi.waitFor(() => expect(reserve(6)).rejects.toThrow(/no standby to confirm/), { timeout: 8000 });
  const started = performance.now();
  await expect(reserve(7)).rejects.toThrow(/no standby to confirm/);
  expect(performance.now() - started).toBeLessThan(200);
  expect(parsed(await store.reservations.seatMap(2)).seats[4]?.sold).toBe(true);
  standby = await standby.again();
  await writesAgain(8);
}, 30_000);

it('is ready as long as any database answers', async () => {
  const [any, leading] = databases.dependencies;
  await any?.check();
  await leading?.check();
  await primary.crash();
  await vi.waitFor(() => expect(leading?.check()).rejects.toThrow(), { timeout: 3000 });
  await any?.check();
  expect(leading?.optional).toBe(true);
}, 30_000);
