import { throughput } from '../../src/cost/usl-law.ts';
import type { MeasuredStage } from '../../src/journey/read-record.ts';
import type { BoxLoad } from '../../src/measure/saturation.ts';

/** A box that is as full as said, under a quota of a tenth of a core. */
export function busy(box: string, kind: string, share: number, service = box): BoxLoad {
  return {
    box,
    service,
    kind,
    cores: share * 0.1,
    quota: 0.1,
    share,
    throttled: 0,
    cpuMicros: share * 1e6,
    memoryBytes: 50e6,
  };
}

const LAW = { lambda: 25, sigma: 0.12, kappa: 0.0005 };
const USERS = [1, 2, 4, 8, 16, 32];

export interface HandMade {
  readonly stage: number;
  /** Loads at the last rung, of this stage and of the one before. */
  readonly loads: readonly BoxLoad[];
  readonly previous?: readonly BoxLoad[];
  /** The gain of a capacity step, with its interval. */
  readonly ratio?: number;
  readonly interval?: readonly [number, number];
  readonly valid?: boolean;
}

/** A stage that nobody measured: its ladder lies on a known law, so that what is made of it can be worked out by hand. */
export function measured({ stage, loads, previous, ratio, interval, valid = true }: HandMade): MeasuredStage {
  const at = (users: number, of: readonly BoxLoad[]) => ({
    rps: throughput(LAW, users),
    p50Ms: 10 * users,
    p95Ms: 20 * users,
    loads: of,
  });
  const rps = (value: number): { rps: number } => ({ rps: value });
  return {
    stage,
    name: `${stage}-hand-made`,
    title: 'Hand-made',
    scenario: 'mixed',
    step:
      ratio === undefined
        ? null
        : {
            gain: 'capacity',
            comparison: {
              capacity: {
                previous: rps(10),
                this: rps(10 * ratio),
                ratio,
                interval: interval ?? [ratio, ratio],
                boots: [ratio],
              },
            },
          },
    ladder: USERS.map((users) => ({
      users,
      previous: previous === undefined ? null : at(users, previous),
      this: at(users, loads),
    })),
    valid,
    why: valid ? [] : ['k6 was short of processor'],
    provenance: {
      runtime: 'native',
      limiter: 'cgroup-v2',
      machine: '2 × hand-made',
      commit: '000000000000',
      startedAt: '2026-01-01T00:00:00.000Z',
      k6: '1.8.1',
      quotas: {},
      scenario: 'mixed',
      load: '1 to 32 users',
      durationSeconds: 10,
      conditions: [],
    },
  };
}
