import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { appMetrics } from './app-metrics.ts';

/** What the shop's instances have counted since they started, by box. */
export type CacheCounts = Readonly<Record<string, Counts>>;

interface Counts {
  readonly hit: number;
  readonly stale: number;
  readonly miss: number;
  readonly bypass: number;
  readonly databaseReads: number;
}

/** What the cache did for the reads between two moments. */
export interface CacheUse {
  /** Answered from the cache, the stale ones among them. */
  readonly hits: number;
  readonly stale: number;
  /** Fetched from a database, those that went past the cache among them. */
  readonly misses: number;
  readonly bypassed: number;
  /** Hits of all reads; null where there were none. */
  readonly ratio: number | null;
  /** Reads that the databases answered, of whatever kind. */
  readonly databaseReads: number;
}

export function hasCache(state: StackState): boolean {
  return state.boxes.some((box) => box.kind === 'cache');
}

/** Asks every instance of the shop for its counters; one that is down has none. */
export async function cacheCounts(runtime: Runtime, state: StackState): Promise<CacheCounts> {
  const apps = state.boxes.filter((box) => box.kind === 'app');
  const answers = await Promise.all(
    apps.map(async ({ name }) => {
      const metrics = await appMetrics(runtime, state, name);
      return { name, counts: metrics === null ? null : readCounts(metrics) };
    }),
  );
  const counted = answers.flatMap(({ name, counts }) => (counts === null ? [] : [[name, counts] as const]));
  if (counted.length === 0) throw new Failure('No instance of the shop tells what its cache does.');
  return Object.fromEntries(counted);
}

/** Reads the shop's metrics (Prometheus' text format); null: there are none of a cache. */
export function readCounts(metrics: string): Counts | null {
  if (!metrics.includes('tickets_cache_reads_total')) return null;
  const sum = (pattern: RegExp): number =>
    [...metrics.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  const reads = (outcome: string): number =>
    sum(new RegExp(`^tickets_cache_reads_total\\{outcome="${outcome}"\\} (\\S+)$`, 'gm'));
  return {
    hit: reads('hit'),
    stale: reads('stale'),
    miss: reads('miss'),
    bypass: reads('bypass'),
    databaseReads: sum(/^tickets_database_reads_total\{[^}]*\} (\S+)$/gm),
  };
}

/** From one moment to another. An instance that was not there at both, or started anew between, is left out. */
export function cacheUse(before: CacheCounts, after: CacheCounts): CacheUse {
  const differences = Object.entries(after).flatMap(([box, end]) => {
    const start = before[box];
    const restarted = start === undefined || end.hit < start.hit || end.databaseReads < start.databaseReads;
    return restarted ? [] : [{ start, end }];
  });
  const of = (name: keyof Counts): number =>
    differences.reduce((total, { start, end }) => total + end[name] - start[name], 0);
  const hits = of('hit') + of('stale');
  const misses = of('miss') + of('bypass');
  return {
    hits,
    stale: of('stale'),
    misses,
    bypassed: of('bypass'),
    ratio: hits + misses === 0 ? null : hits / (hits + misses),
    databaseReads: of('databaseReads'),
  };
}
