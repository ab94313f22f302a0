import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CHECK_EVERY_MS } from '../../src/feed/watched.ts';
import { localFeed, type SeatChange, shardTruth } from '../../src/index.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { makeDatabases, type OpenedShards, openShards } from './open-shards.ts';

/** What a busy machine takes for an answer comes on top. */
const BOUND_MS = CHECK_EVERY_MS + 1500;

let server: TestPostgres;
let opened: OpenedShards;
beforeAll(async () => {
  server = await startPostgres();
  await makeDatabases(server, 'unheard', 2);
  opened = await openShards(server, 'unheard', { shows: 12 });
}, 60_000);
afterAll(async () => {
  await opened.close();
  await server.stop();
});

it('tells of a sale and a cancellation on any shard that nobody announced, and says when the map has changed', async () => {
  const { reservations } = opened.store;
  const shards = opened.shards.map.current.shardOf;
  const shows = [1, 2].map((number) =>
    Array.from({ length: 12 }, (_, index) => index + 1).find((id) => shards[bucketOf(id)] === number),
  ) as [number, number];
  const map = { ...opened.shards.map, current: opened.shards.map.current };
  const truth = shardTruth({ map, shard: opened.shards.shard });
  const feed = localFeed(truth);
  const heard: SeatChange[] = [];
  let missed = 0;
  const ends = shows.map((showId) =>
    feed.subscribe(
      showId,
      (change) => heard.push(change),
      () => {
        missed += 1;
      },
    ),
  );
  for (const showId of shows) {
    const outcome = await reservations.reserve({
      ...{ showId, seats: [5, 6], name: 'Ada', email: 'ada@example.com', ticket: 'box-office' },
      idempotencyKey: crypto.randomUUID(),
    });
    const seats = () => heard.filter((change) => change.showId === showId).at(-1);
    await vi.waitFor(() => expect(seats()).toMatchObject({ seats: [5, 6], sold: true }), {
      timeout: BOUND_MS,
    });
    if (outcome.kind === 'reserved')
      await reservations.cancel(outcome.reservation.id, outcome.reservation.token);
    await vi.waitFor(() => expect(seats()).toMatchObject({ seats: [5, 6], sold: false }), {
      timeout: BOUND_MS,
    });
  }
  expect(missed).toBe(0);
  map.current = { ...map.current, version: map.current.version + 1 };
  await vi.waitFor(() => expect(missed).toBe(shows.length), { timeout: BOUND_MS });
  for (const end of ends) end();
}, 30_000);
