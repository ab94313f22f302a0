import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { makeDatabases, openShards } from '../sharding/open-shards.ts';
import { contract, parsed, reserved } from './contract.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres(['-c', 'max_connections=200']);
}, 60_000);
afterAll(() => server.stop());

contract('a catalogue and three shards', async () => {
  await makeDatabases(server, 'contract', 3);
  const opened = await openShards(server, 'contract', { shards: 3 });
  const change = (statement: string) =>
    Promise.all([1, 2, 3].map((shard) => server.ask(statement, `contract_${shard}`)));
  return { ...opened, change };
});

describe('sharded', () => {
  it('puts each show and all that is sold of it on the shard of its bucket, and on no other', async () => {
    await makeDatabases(server, 'spread', 2);
    const { store, shards, close } = await openShards(server, 'spread');
    for (const showId of [1, 2, 3]) await store.reservations.reserve(request(showId, [7, 8]));
    for (const showId of [1, 2, 3]) {
      const owner = shards.map.current.shardOf[bucketOf(showId)];
      for (const number of [1, 2]) {
        const [rows] = await server.ask(
          `select (select count(*)::int from seats where show_id = ${showId}) as seats,
            (select count(*)::int from reservations where show_id = ${showId}) as reservations,
            (select count(*)::int from reserved_seats where show_id = ${showId}) as sold,
            (select count(*)::int from idempotency where key like '${showId}/%') as keys`,
          `spread_${number}`,
        );
        expect(rows).toEqual(
          number === owner
            ? { seats: 500, reservations: 1, sold: 2, keys: 1 }
            : { seats: 0, reservations: 0, sold: 0, keys: 0 },
        );
      }
    }
    await close();
  });

  it('asks seldom for a bucket that a broken move left to nobody, and serves it at once when it is back', async () => {
    await makeDatabases(server, 'stuck', 2);
    const { store, shards, close } = await openShards(server, 'stuck');
    const bucket = bucketOf(1);
    const number = shards.map.current.shardOf[bucket] ?? 0;
    const database = `stuck_${number}`;
    await server.ask(`update buckets set state = 'moved' where bucket = ${bucket}`, database);
    let queries = 0;
    const shard = shards.shard(number);
    const { text } = shard;
    shard.text = async (...asked) => {
      queries += 1;
      return await text(...asked);
    };
    const fail = () => expect(store.reservations.seatMap(1)).rejects.toMatchObject({ why: 'moving' });
    await fail();
    // One request waits for the bucket and asks with ever longer gaps: without them it would ask 130 times.
    expect(queries).toBeLessThan(16);
    queries = 0;
    const began = performance.now();
    for (let round = 0; round < 4; round += 1) await Promise.all(Array.from({ length: 50 }, fail));
    // Each is told within a moment, instead of after two seconds.
    expect(performance.now() - began).toBeLessThan(4 * 600);
    expect(queries).toBeLessThanOrEqual(2 + (performance.now() - began) / 250);
    await server.ask(`update buckets set state = 'owned' where bucket = ${bucket}`, database);
    await expect
      .poll(() => store.reservations.seatMap(1).catch(() => null), { timeout: 1000 })
      .not.toBeNull();
    await close();
  });

  it('computes a show’s bucket in SQL as in the app', async () => {
    const ids = [1, 2, 3, 40, 41, 999, 65_536, 2_147_483_647];
    await makeDatabases(server, 'hash', 1);
    const { close } = await openShards(server, 'hash', { shards: 1 });
    const [found] = await server.ask<{ buckets: number[] }>(
      `select array(select bucket_of(id) from unnest('{${ids}}'::int[]) with ordinality as one(id, place) order by place) as buckets`,
      'hash_1',
    );
    expect(found?.buckets).toEqual(ids.map(bucketOf));
    await close();
  });

  it('keeps the columns that visitors read apart from those that the box office edits', async () => {
    await makeDatabases(server, 'split', 1);
    const { store, close } = await openShards(server, 'split', { shards: 1 });
    await server.ask(`update shows set title = 'Postponed' where id = 2`, 'split');
    expect(JSON.parse((await store.shows.find(2)) ?? 'null')).toMatchObject({ id: 2, title: 'Postponed' });
    const columns = await server.ask<{ column_name: string }>(
      `select column_name from information_schema.columns where table_name = 'show_pages' order by 1`,
      'split',
    );
    expect(columns.map((one) => one.column_name)).toEqual(['json', 'show_id', 'starts_at']);
    await close();
  });

  it('lets five apps that start at once prepare catalogue and shards once', async () => {
    await makeDatabases(server, 'five', 2);
    const apps = await Promise.all(Array.from({ length: 5 }, () => openShards(server, 'five')));
    expect(await server.ask('select count(*)::int as count from bucket_map', 'five')).toEqual([
      { count: 64 },
    ]);
    const seats = await Promise.all(
      [1, 2].map((number) =>
        server.ask<{ count: number }>('select count(*)::int as count from seats', `five_${number}`),
      ),
    );
    expect(seats.flat().reduce((sum, row) => sum + row.count, 0)).toBe(1500);
    for (const app of apps) await app.close();
  });

  it('counts a key within its show', async () => {
    await makeDatabases(server, 'keys', 2);
    const { store, close } = await openShards(server, 'keys');
    const idempotencyKey = randomUUID();
    const one = reserved(await store.reservations.reserve({ ...request(1, [1]), idempotencyKey }));
    const other = reserved(await store.reservations.reserve({ ...request(2, [1]), idempotencyKey }));
    expect([one.replayed, other.replayed]).toEqual([false, false]);
    expect(other.reservation.id).not.toBe(one.reservation.id);
    expect(parsed(await store.reservations.seatMap(2)).seats[0]?.sold).toBe(true);
    await close();
  });
});

function request(showId: number, seats: number[]) {
  return {
    showId,
    seats,
    name: 'Ada',
    email: 'ada@example.com',
    ticket: 'mail' as const,
    idempotencyKey: randomUUID(),
  };
}
