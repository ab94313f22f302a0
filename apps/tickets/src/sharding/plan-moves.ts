import { BUCKETS } from './bucket.ts';

export interface PlannedMove {
  readonly bucket: number;
  readonly source: number;
  readonly target: number;
}

/** So that buckets without a show are spread, too: shows may come. */
const EMPTY_WEIGHT = 1 / BUCKETS;

/**
 * Moves, few of them, after which shards 1 … `to` have as many shows each as can be. `shardOf`: the map; `shows`: how many
 * shows each bucket has.
 */
export function planMoves(shardOf: readonly number[], shows: readonly number[], to: number): PlannedMove[] {
  const weight = (bucket: number) => (shows[bucket] ?? 0) + EMPTY_WEIGHT;
  const has = new Map<number, number[]>(Array.from({ length: to }, (_, index) => [index + 1, []]));
  for (const [bucket, shard] of shardOf.entries()) has.set(shard, [...(has.get(shard) ?? []), bucket]);
  const load = (shard: number) => (has.get(shard) ?? []).reduce((sum, bucket) => sum + weight(bucket), 0);
  const old = new Set(shardOf);
  const staying = [...has.keys()].filter((shard) => shard <= to);
  const least = () => staying.reduce((best, shard) => (load(shard) < load(best) ? shard : best));
  const most = () => staying.reduce((best, shard) => (load(shard) > load(best) ? shard : best));

  function move(bucket: number, source: number, target: number): void {
    has.set(
      source,
      (has.get(source) ?? []).filter((one) => one !== bucket),
    );
    has.set(target, [...(has.get(target) ?? []), bucket]);
  }

  for (const shard of [...has.keys()].filter((one) => one > to)) {
    const buckets = [...(has.get(shard) ?? [])].sort((a, b) => weight(b) - weight(a));
    for (const bucket of buckets) move(bucket, shard, least());
  }
  for (;;) {
    const [source, target] = [most(), least()];
    const gap = load(source) - load(target);
    // The heaviest that makes the two more alike than they are; of several the last, so that the first ones stay. Empty
    // ones go to a new shard only: between old ones they would be moved for nothing.
    const best = (has.get(source) ?? [])
      .filter((bucket) => weight(bucket) < gap - EMPTY_WEIGHT / 2)
      .filter((bucket) => weight(bucket) >= 1 || !old.has(target))
      .reduce<number | undefined>(
        (chosen, bucket) => (chosen === undefined || weight(bucket) >= weight(chosen) ? bucket : chosen),
        undefined,
      );
    if (best === undefined) break;
    move(best, source, target);
  }
  return [...has]
    .flatMap(([target, buckets]) =>
      buckets.map((bucket) => ({ bucket, source: shardOf[bucket] ?? 0, target })),
    )
    .filter(({ source, target }) => source !== target)
    .sort((a, b) => a.bucket - b.bucket);
}
