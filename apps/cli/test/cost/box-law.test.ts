import { describe, expect, it } from 'vitest';
import { contentionOf } from '../../src/cost/box-law.ts';
import { busy, measured } from './hand-made.ts';

const apps = (share: number) => [1, 2, 3].map((n) => busy(`app-${n}`, 'app', share, 'app'));

/** One app, then three, and the apps are full both times. */
const THREE_APPS = measured({
  stage: 3,
  previous: [busy('app', 'app', 0.99), busy('db', 'db', 0.4)],
  loads: [...apps(0.98), busy('db', 'db', 0.8)],
  ratio: 2.5,
  interval: [2.4, 2.6],
});

/** One database, then a primary and two replicas. */
const REPLICAS = measured({
  stage: 4,
  previous: [...apps(0.5), busy('db', 'db', 0.99)],
  loads: [
    ...apps(0.8),
    busy('db', 'db', 0.98),
    busy('replica-1', 'replica', 0.99),
    busy('replica-2', 'replica', 0.97),
  ],
  ratio: 3,
});

describe('what boxes lose to each other', () => {
  it('is worked out from a step that multiplied the full boxes: 3 ÷ (1 + 2σ) = 2.5', () => {
    const { sigma, measured: from } = contentionOf('app', [THREE_APPS]);
    expect(sigma.value).toBeCloseTo(0.1, 9);
    // The larger the gain, the smaller the loss: the interval turns around.
    expect(sigma.interval[0]).toBeCloseTo((3 / 2.6 - 1) / 2, 9);
    expect(sigma.interval[1]).toBeCloseTo((3 / 2.4 - 1) / 2, 9);
    expect(from).toEqual({ stage: 3, kind: 'app', times: 3, ratio: 2.5 });
  });

  it('counts a replica as a database', () => {
    expect(contentionOf('replica', [THREE_APPS, REPLICAS])).toMatchObject({
      sigma: { value: 0 },
      measured: { stage: 4, times: 3 },
    });
  });

  it('is the largest measured of any kind, for a kind that was never multiplied', () => {
    expect(contentionOf('worker', [REPLICAS, THREE_APPS]).measured?.stage).toBe(3);
  });

  it('does not count idle boxes of the kind, such as the database of another service', () => {
    const shards = measured({
      stage: 9,
      previous: [busy('db-reservations', 'db', 0.99), busy('db-shows', 'db', 0.1)],
      loads: [
        ...[1, 2, 3, 4].map((n) => busy(`shard-${n}`, 'db', 0.95, 'shard')),
        busy('db-shows', 'db', 0.2),
      ],
      ratio: 3.7,
    });
    expect(contentionOf('db', [shards]).measured?.times).toBe(4);
  });

  it.each([
    ['another box held the stage up', { loads: [...apps(0.7), busy('db', 'db', 0.99)] }],
    ['nothing was full before', { previous: [busy('app', 'app', 0.6)] }],
    ['the step is void', { valid: false }],
  ])('is not told by a step in which %s', (_, change) => {
    const step = { stage: 3, previous: [busy('app', 'app', 0.99)], loads: apps(0.98), ratio: 2.5, ...change };
    expect(contentionOf('app', [measured(step)])).toMatchObject({ sigma: { value: 0 }, measured: null });
  });
});
