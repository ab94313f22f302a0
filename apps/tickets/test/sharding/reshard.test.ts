// Watches promise P10.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { auditShards } from '../../src/sharding/audit-shards.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import type { Step } from '../../src/sharding/move-bucket.ts';
import { type Ground, rebalance, reshard, undo } from '../../src/sharding/reshard.ts';
import { openShard } from '../../src/sharding/shards.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { makeDatabases, type OpenedShards, openShards } from './open-shards.ts';

const STEPS: readonly Step[] = [
  'begun',
  'incoming',
  'noting changes',
  'copied',
  'caught up',
  'frozen',
  'released by the source',
  'taken by the target',
  'mapped',
  'cleared',
];

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres(['-c', 'max_connections=300']);
}, 60_000);
afterAll(() => server.stop());

/** A shop of two shards, a third one empty beside them, and the ground to move buckets on. */
async function shop(name: string) {
  await makeDatabases(server, name, 3);
  const app = await openShards(server, name, { shows: 8 });
  const third = openShard(app.catalogue, 3, app.env);
  await third.ready(5000);
  const ground: Ground = {
    catalogue: app.catalogue,
    shard: async (number) => (number === 3 ? third : app.shards.shard(number)).pool,
  };
  return {
    app,
    ground,
    audit: () => auditShards(app.catalogue, [1, 2, 3], ground.shard),
    async close() {
      await third.close();
      await app.close();
    },
  };
}

const right = { misplaced: 0, disputed: 0, planless: 0, examples: [] };
const first = { showId: 1, bucket: bucketOf(1) };

it('moves buckets to a third shard while they are sold, and loses, doubles and stops nothing', async () => {
  const { app, ground, audit, close } = await shop('online');
  const buyers = crowd(app, 8);
  await sleep(300);
  const done = await reshard(ground, 3, 3);
  await sleep(200);
  const { sold, longestMs, failed } = await buyers.stop();
  expect(done.moved.length).toBeGreaterThan(0);
  expect(done.moved.every(({ state }) => state === 'done')).toBe(true);
  expect(failed).toEqual([]);
  expect(longestMs).toBeLessThan(1000);
  for (const { frozenMs } of done.moved) expect(frozenMs).toBeLessThan(1000);
  expect(await audit()).toMatchObject(right);
  await holds(app, sold);
  expect(new Set(done.map.shardOf)).toEqual(new Set([1, 2, 3]));
  await close();
}, 60_000);

it.each(STEPS)(
  'completes a move that was killed when it was “%s”, with sales before, between and after',
  async (step) => {
    const { app, ground, audit, close } = await shop(`resume_${STEPS.indexOf(step)}`);
    const sold = [await buy(app, 1), await buy(app, 1)];
    await expect(rebalance(dying(ground, step), first.bucket, 3)).rejects.toThrow('killed');
    // What a kill leaves is frozen at the longest for a moment; past the point of no return it waits to be resumed.
    const between = await buy(app, 1).catch(() => undefined);
    if (between !== undefined) sold.push(between);
    const done = await reshard(ground, 3, 3);
    expect(done.resumed.map(({ state }) => state)).toEqual(['done']);
    sold.push(await buy(app, 1));
    expect(await audit()).toMatchObject(right);
    await holds(app, sold);
    await close();
  },
  30_000,
);

it.each(STEPS)(
  'takes back a move that was killed when it was “%s”, or completes what is past return',
  async (step) => {
    const { app, ground, audit, close } = await shop(`undo_${STEPS.indexOf(step)}`);
    const sold = [await buy(app, 1)];
    await expect(rebalance(dying(ground, step), first.bucket, 3)).rejects.toThrow('killed');
    const done = await undo(ground);
    const past = STEPS.indexOf(step) >= STEPS.indexOf('released by the source');
    expect(done.map.shardOf[first.bucket] === 3).toBe(past);
    sold.push(await buy(app, 1));
    expect(await audit()).toMatchObject(right);
    await holds(app, sold);
    await close();
  },
  30_000,
);

it('takes writes again by itself when it was killed while frozen', async () => {
  const { app, ground, close } = await shop('thaw');
  await expect(rebalance(dying(ground, 'frozen'), first.bucket, 3)).rejects.toThrow('killed');
  const started = performance.now();
  await buy(app, 1);
  expect(performance.now() - started).toBeLessThan(1000);
  await close();
}, 30_000);

it('carries over a cancellation, and the sale of the seat that it freed, made while the bucket moves', async () => {
  const { app, ground, audit, close } = await shop('freed');
  const given = await buy(app, 1, [99]);
  let again: Reservation | undefined;
  const moving: Ground = {
    ...ground,
    onStep: async (_, step) => {
      if (step !== 'copied') return;
      await app.store.reservations.cancel(given.id, given.token);
      again = await buy(app, 1, [99]);
    },
  };
  await rebalance(moving, first.bucket, 3);
  expect(await app.store.reservations.find(given.id)).toMatchObject({ status: 'cancelled' });
  expect(await app.store.reservations.find(again?.id ?? '')).toMatchObject({
    status: 'confirmed',
    seats: [99],
  });
  expect(await audit()).toMatchObject(right);
  await app.store.reservations.cancel(again?.id ?? '', again?.token ?? '');
  await app.store.reservations.cancel(again?.id ?? '', again?.token ?? '');
  // The event of a cancellation lies on the shard that had the bucket then; its sale's may still lie on another.
  const shards = [1, 2, 3].map((number) =>
    server.ask<{ id: string; status: string }>(
      `select event::json->>'id' as id, event::json->>'status' as status from outbox order by number`,
      `freed_${number}`,
    ),
  );
  const events = (await Promise.all(shards)).flat().map(({ id, status }) => `${id} ${status}`);
  expect(events.sort()).toEqual(
    [given.id, again?.id].flatMap((id) => [`${id} cancelled`, `${id} confirmed`]).sort(),
  );
  await close();
}, 30_000);

it('answers a key that was used before the move as it did then', async () => {
  const { app, ground, close } = await shop('keys');
  const request = order(1, [7]);
  const before = await app.store.reservations.reserve(request);
  await rebalance(ground, first.bucket, 3);
  expect(await app.store.reservations.reserve(request)).toEqual({ ...before, replayed: true });
  await close();
}, 30_000);

it('lets a shard that an earlier run emptied go only without events and rows, whatever left them there', async () => {
  const { app, ground, close } = await shop('left_over');
  const owner = app.shards.map.current.shardOf[first.bucket] ?? 0;
  await rebalance(ground, first.bucket, 3);
  await buy(app, 1);
  await rebalance(ground, first.bucket, owner);
  let gone = false;
  const going = reshard(ground, 2, 3).then(() => {
    gone = true;
  });
  await sleep(1500);
  expect(gone).toBe(false);
  await server.ask('delete from outbox', 'left_over_3');
  await going;
  await server.ask(
    `insert into idempotency (key, request_hash, outcome) values ('1/k', '', '{}')`,
    'left_over_3',
  );
  await expect(reshard(ground, 2, 3)).rejects.toThrow('shard 3 still has 1 rows, so it must not go');
  await close();
}, 30_000);

it('lets one move buckets at a time', async () => {
  const { ground, close } = await shop('alone');
  let second: unknown;
  const slow: Ground = {
    ...ground,
    onStep: async (_, step) => {
      if (step === 'copied')
        second = await rebalance(ground, bucketOf(2), 3).catch((error: Error) => error.message);
    },
  };
  await rebalance(slow, first.bucket, 3);
  expect(second).toBe('buckets are being moved already');
  await close();
}, 30_000);

it('refuses every write and read of an app with an old map, which then finds the bucket where it is', async () => {
  const { app, ground, close } = await shop('old_map');
  const stale = await openShards(server, 'old_map', { shows: 8 });
  const wrong = app.shards.shard(app.shards.map.current.shardOf[first.bucket] ?? 0);
  await rebalance(ground, first.bucket, 3);
  // Straight to the shard that had it, as the old map says.
  const [here] = await wrong.pool.rows<{ kind: string }>(
    `select reserve_here(${first.bucket}, gen_random_uuid(), 1, '{5}', 'Ada', 'a@b.co', 'old', 'mail')::json->>'kind' as kind`,
  );
  expect(here?.kind).toBe('elsewhere');
  expect(stale.shards.map.current.shardOf[first.bucket]).not.toBe(3);
  const sold = await buy(stale, 1);
  expect(stale.shards.map.current.shardOf[first.bucket]).toBe(3);
  expect(await app.store.reservations.find(sold.id)).toMatchObject({ id: sold.id });
  await stale.close();
  await close();
}, 30_000);

it('refuses a map that is wrong: two apps that disagree never sell one seat twice', async () => {
  const { app, close } = await shop('disagree');
  const owner = app.shards.map.current.shardOf[first.bucket] ?? 0;
  const other = await openShards(server, 'disagree', { shows: 8 });
  const sold = await app.store.reservations.reserve(order(1, [11]));
  expect(sold.kind).toBe('reserved');
  // Somebody edits the map by hand; nothing moved. The one app has not seen it yet, or has, if it looked just now.
  await server.ask(
    `update bucket_map set shard = ${3 - owner}, version = 9 where bucket = ${first.bucket}`,
    'disagree',
  );
  await other.shards.map.refresh();
  const [mine, theirs, again] = await Promise.allSettled([
    app.store.reservations.reserve(order(1, [12])),
    other.store.reservations.reserve(order(1, [12])),
    other.store.reservations.reserve(order(1, [11])),
  ]);
  for (const refused of [theirs, again])
    expect(refused).toMatchObject({ status: 'rejected', reason: { why: 'moving' } });
  if (mine.status === 'rejected') expect(mine.reason).toMatchObject({ why: 'moving' });
  else expect(mine.value.kind).toBe('reserved');
  await other.close();
  await close();
}, 30_000);

/** Dies there, as by kill -9: nothing is cleaned up but what the databases do when a connection breaks. */
function dying(ground: Ground, at: Step): Ground {
  return {
    ...ground,
    onStep: (_, step) => {
      if (step === at) throw new Error('killed');
    },
  };
}

function order(showId: number, seats: number[]) {
  return {
    showId,
    seats,
    name: 'Ada',
    email: 'ada@example.com',
    ticket: 'box-office' as const,
    idempotencyKey: randomUUID(),
  };
}

const nextSeat = new Map<string, number>();

async function buy(app: OpenedShards, showId: number, seats?: number[]): Promise<Reservation> {
  const place = `${app.env.databaseUrl} ${showId}`;
  const seat = (nextSeat.get(place) ?? 100) + 1;
  nextSeat.set(place, seat);
  const outcome = await app.store.reservations.reserve(order(showId, seats ?? [seat]));
  if (outcome.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(outcome)}`);
  return outcome.reservation;
}

/** Buyers at all shows, one after the other each, who give every fifth reservation back. */
function crowd(app: OpenedShards, count: number) {
  const sold: Reservation[] = [];
  const cancelled: string[] = [];
  const failed: unknown[] = [];
  let longestMs = 0;
  let going = true;
  const buyers = Array.from({ length: count }, async (_, buyer) => {
    for (let turn = 0; going; turn += 1) {
      const began = performance.now();
      try {
        const reservation = await buy(app, ((buyer + turn) % 8) + 1);
        if (turn % 5 === 4) {
          await app.store.reservations.cancel(reservation.id, reservation.token);
          cancelled.push(reservation.id);
        } else sold.push(reservation);
      } catch (error) {
        failed.push(error);
      }
      longestMs = Math.max(longestMs, performance.now() - began);
      await sleep(5);
    }
  });
  return {
    async stop() {
      going = false;
      await Promise.all(buyers);
      for (const id of cancelled) {
        expect(await app.store.reservations.find(id)).toMatchObject({ status: 'cancelled' });
      }
      return { sold, longestMs, failed };
    },
  };
}

/** Every one that was sold is found as it was told, and its seats are shown as sold. */
async function holds(app: OpenedShards, sold: readonly Reservation[]): Promise<void> {
  for (const reservation of sold) {
    expect(await app.store.reservations.find(reservation.id)).toEqual(reservation);
  }
  const seats = sold.flatMap(({ showId, seats }) => seats.map((seat) => `${showId}/${seat}`));
  expect(new Set(seats).size).toBe(seats.length);
}
