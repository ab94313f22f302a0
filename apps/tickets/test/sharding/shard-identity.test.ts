// Watches promise P12.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { auditShards } from '../../src/sharding/audit-shards.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { openGround } from '../../src/sharding/open-ground.ts';
import { rebalance, reshard } from '../../src/sharding/reshard.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { makeDatabases, type OpenedShards, openShards } from './open-shards.ts';

const SHOWS = 8;

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres(['-c', 'max_connections=300']);
}, 60_000);
afterAll(() => server.stop());

it.each([1, 3])(
  'sells no seat again after any of its shards lost their disks (seed %i)',
  async (seed) => {
    const name = `lost_${seed}`;
    await makeDatabases(server, name, 3);
    const random = generator(seed);
    const one = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
    let app = await openShards(server, name, { shows: SHOWS });
    const sold = new Map<string, number>();
    const steps: string[] = [];
    for (let step = 0; step < 30; step += 1) {
      const what = one(1, 12);
      if (what === 1) {
        const number = one(1, 3);
        steps.push(`lose ${number}`);
        await server.database(`${name}_${number}`);
      } else if (what === 2) {
        steps.push('another app');
        await app.close();
        app = await openShards(server, name, { shows: SHOWS });
      } else if (what === 3) {
        const to = one(2, 3);
        steps.push(`reshard ${to}`);
        const ground = openGround(app.env);
        await reshard(ground, to, 3).catch(() => undefined);
        await ground.close();
      } else {
        const seat = `${one(1, SHOWS)}/${one(1, 3)}`;
        const [showId = 0, number = 0] = seat.split('/').map(Number);
        const outcome = await app.store.reservations.reserve(order(showId, number)).catch(() => null);
        if (outcome?.kind === 'reserved') sold.set(seat, (sold.get(seat) ?? 0) + 1);
        steps.push(`buy ${seat}: ${outcome?.kind ?? 'failed'}`);
      }
    }
    expect(sold.size).toBeGreaterThan(0);
    expect(
      [...sold].filter(([, times]) => times > 1),
      steps.join('\n'),
    ).toEqual([]);
    await app.close();
  },
  60_000,
);

it('says that a shard without its data is foreign, goes on selling the others’ shows, and uses the data once it is back', async () => {
  await makeDatabases(server, 'back', 2);
  const app = await openShards(server, 'back', { shows: SHOWS });
  const [mine, others] = [showOn(app, 2), showOn(app, 1)];
  expect(await buy(app, mine, 1)).toBe('reserved');
  await rename('back_2', 'kept');
  await server.database('back_2');
  await expect(buy(app, mine, 1)).rejects.toMatchObject({ name: 'ShardUnavailable', shard: 'shard-2' });
  await vi.waitFor(() => expect(buy(app, mine, 1)).rejects.toMatchObject({ why: 'foreign' }), {
    timeout: 5000,
  });
  expect(await buy(app, others, 1)).toBe('reserved');
  const other = await openShards(server, 'back', { shows: SHOWS });
  await expect(buy(other, mine, 2)).rejects.toMatchObject({ why: 'foreign' });
  const ground = openGround(app.env);
  await expect(auditShards(ground.catalogue, [1, 2], ground.shard)).rejects.toThrow(/^shard-2 /);
  await expect(rebalance(ground, bucketOf(mine), 1)).rejects.toThrow(/^shard-2 /);
  const checks = app.shards.dependencies.map(async (each) => each.check());
  await expect(Promise.all(checks)).rejects.toThrow(/^shard-2 /);
  await rename('kept', 'back_2');
  await vi.waitFor(async () => expect(await buy(app, mine, 1)).toBe('taken'), { timeout: 5000 });
  await ground.close();
  await other.close();
  await app.close();
}, 60_000);

it('sells nothing from two shards whose databases were exchanged', async () => {
  await makeDatabases(server, 'swap', 2);
  const before = await openShards(server, 'swap', { shows: SHOWS });
  const shows = [1, 2].map((number) => showOn(before, number));
  await before.close();
  await rename('swap_1', 'swap_aside');
  await rename('swap_2', 'swap_1');
  await rename('swap_aside', 'swap_2');
  const after = await openShards(server, 'swap', { shows: SHOWS });
  for (const show of shows) await expect(buy(after, show, 1)).rejects.toMatchObject({ why: 'foreign' });
  await after.close();
}, 60_000);

it('takes the shards of an older shop as they are, and none of them once it is blank', async () => {
  await makeDatabases(server, 'older', 2);
  const before = await openShards(server, 'older', { shows: SHOWS });
  const [kept, lost] = [showOn(before, 1), showOn(before, 2)];
  expect(await buy(before, kept, 1)).toBe('reserved');
  await before.close();
  await server.ask('drop table shard_databases', 'older');
  for (const number of [1, 2]) await server.ask('drop table shard_identity', `older_${number}`);
  await server.database('older_2');
  const after = await openShards(server, 'older', { shows: SHOWS });
  expect(await buy(after, kept, 1)).toBe('taken');
  await expect(buy(after, lost, 1)).rejects.toMatchObject({ why: 'foreign' });
  await after.close();
}, 60_000);

it('lets a shard that has no buckets begin again with a blank disk', async () => {
  await makeDatabases(server, 'again', 3);
  const app = await openShards(server, 'again', { shows: SHOWS });
  for (const blank of [false, true]) {
    if (blank) await server.database('again_3');
    const ground = openGround(app.env);
    expect((await reshard(ground, 3, 3)).moved.length).toBeGreaterThan(0);
    expect(await auditShards(ground.catalogue, [1, 2, 3], ground.shard)).toMatchObject({ examples: [] });
    await reshard(ground, 2, 3);
    await ground.close();
  }
  await app.close();
}, 60_000);

function showOn(app: OpenedShards, number: number): number {
  const { shardOf } = app.shards.map.current;
  const shows = Array.from({ length: SHOWS }, (_, index) => index + 1);
  return shows.find((id) => shardOf[bucketOf(id)] === number) ?? 0;
}

async function buy(app: OpenedShards, showId: number, seat: number): Promise<string> {
  return (await app.store.reservations.reserve(order(showId, seat))).kind;
}

function order(showId: number, seat: number) {
  return {
    ...{ showId, seats: [seat], name: 'Ada', email: 'ada@example.com', ticket: 'box-office' as const },
    idempotencyKey: randomUUID(),
  };
}

async function rename(from: string, to: string): Promise<void> {
  await server.ask(`drop database if exists ${to} with (force)`);
  await server.ask(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`);
  await server.ask(`alter database ${from} rename to ${to}`);
}

/** Numbers from 0 to below 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed * 2_654_435_769;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
