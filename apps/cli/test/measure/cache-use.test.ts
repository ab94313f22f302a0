import { describe, expect, it } from 'vitest';
import { cacheUse, readCounts } from '../../src/measure/cache-use.ts';
import { verdict } from '../../src/measure/cold-start.ts';

const METRICS = `# HELP tickets_database_reads_total Reads by the database that answered them
# TYPE tickets_database_reads_total counter
tickets_database_reads_total{target="db"} 3
tickets_database_reads_total{target="replica-1"} 4
# TYPE tickets_cache_reads_total counter
tickets_cache_reads_total{outcome="hit"} 90
tickets_cache_reads_total{outcome="stale"} 5
tickets_cache_reads_total{outcome="miss"} 4
tickets_cache_reads_total{outcome="bypass"} 1
`;

describe('what the cache did', () => {
  it('is read from the shop’s metrics', () => {
    expect(readCounts(METRICS)).toEqual({ hit: 90, stale: 5, miss: 4, bypass: 1, databaseReads: 7 });
    expect(readCounts('tickets_database_reads_total{target="db"} 3\n')).toBeNull();
  });

  it('is the difference of two moments, without the instances that started anew between them', () => {
    const counts = (hit: number, miss: number) => ({ hit, stale: 0, miss, bypass: 0, databaseReads: miss });
    const before = { 'app-1': counts(100, 10), 'app-2': counts(500, 50) };
    const after = { 'app-1': counts(190, 20), 'app-2': counts(7, 3), 'app-3': counts(5, 5) };
    expect(cacheUse(before, after)).toEqual({
      hits: 90,
      stale: 0,
      misses: 10,
      bypassed: 0,
      ratio: 0.9,
      databaseReads: 10,
    });
    expect(cacheUse(before, before).ratio).toBeNull();
  });
});

describe('a cold start', () => {
  const moment = (atMs: number, hits: number, misses: number) => ({
    atMs,
    seconds: 0.5,
    use: {
      hits,
      stale: 0,
      misses,
      bypassed: 0,
      ratio: hits + misses === 0 ? null : hits / (hits + misses),
      databaseReads: misses,
    },
  });

  it('lasts until the ratio is back where it was', () => {
    const warm = [moment(-1000, 98, 2), moment(-500, 98, 2)];
    expect(verdict([...warm, moment(500, 60, 40), moment(1000, 90, 10), moment(1500, 97, 3)])).toEqual({
      before: { ratio: 0.98, databaseReadsPerSecond: 4 },
      backAfterMs: 1500,
      peakDatabaseReadsPerSecond: 80,
      readsWhileCold: 53,
      why: [],
    });
  });

  it.each<[string, readonly [number, number, number][], string]>([
    [
      'the cache was not in use',
      [
        [-1000, 0, 100],
        [-500, 3, 97],
        [500, 0, 100],
      ],
      'the cache answered only 1.5 % of the reads before it was emptied',
    ],
    [
      'nobody noticed',
      [
        [-1000, 98, 2],
        [-500, 98, 2],
        [500, 98, 2],
        [1000, 99, 1],
      ],
      'no more reads missed the cache after it was emptied than before',
    ],
  ])('is void where %s', (_, moments, why) => {
    expect(verdict(moments.map((each) => moment(...each))).why).toEqual([why]);
  });

  it('that did not end while it was looked at says so', () => {
    expect(verdict([moment(-500, 98, 2), moment(500, 60, 40)]).backAfterMs).toBeNull();
  });
});
