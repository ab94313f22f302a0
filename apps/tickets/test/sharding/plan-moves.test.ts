import { expect, it } from 'vitest';
import { BUCKETS, bucketOf } from '../../src/sharding/bucket.ts';
import { planMoves } from '../../src/sharding/plan-moves.ts';

const inFour = Array.from({ length: BUCKETS }, (_, bucket) => Math.floor(bucket / 16) + 1);

function showsOf(count: number): number[] {
  const shows = Array.from({ length: BUCKETS }, () => 0);
  for (let id = 1; id <= count; id += 1) shows[bucketOf(id)] = (shows[bucketOf(id)] ?? 0) + 1;
  return shows;
}

function after(moves: ReturnType<typeof planMoves>): number[] {
  const map = [...inFour];
  for (const { bucket, target } of moves) map[bucket] = target;
  return map;
}

function showsByShard(map: readonly number[], shows: readonly number[], to: number): number[] {
  return Array.from({ length: to }, (_, index) =>
    map.reduce((sum, shard, bucket) => sum + (shard === index + 1 ? (shows[bucket] ?? 0) : 0), 0),
  );
}

it('spreads 40 shows over six shards, seven at most on each, and moves little more than a third of the buckets', () => {
  const shows = showsOf(40);
  const moves = planMoves(inFour, shows, 6);
  const spread = showsByShard(after(moves), shows, 6);
  expect(Math.max(...spread)).toBe(7);
  expect(Math.min(...spread)).toBeGreaterThanOrEqual(6);
  expect(moves.length).toBeLessThanOrEqual(26);
  expect(moves.filter(({ bucket, target }) => target <= 4 && shows[bucket] === 0)).toEqual([]);
});

it('moves everything off a shard that is to go', () => {
  const shows = showsOf(40);
  const map = after(planMoves(inFour, shows, 2));
  expect(new Set(map)).toEqual(new Set([1, 2]));
  expect(showsByShard(map, shows, 2)).toEqual([20, 20]);
});

it('moves nothing where all is spread already', () => {
  const shows = showsOf(160);
  expect(planMoves(inFour, shows, 4)).toEqual([]);
});
