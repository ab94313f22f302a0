import type { Drill } from '../../src/drill/drill.ts';
import type { Journal, JournalKey, Leaf } from '../../src/journey/journal.ts';
import type { Measured } from '../../src/journey/measure-stage.ts';
import { type JourneyRecipe, QUICK } from '../../src/journey/recipe.ts';
import type { Step } from '../../src/journey/record.ts';
import type { Stop } from '../../src/journey/stop.ts';
import type { Comparison } from '../../src/measure/comparison.ts';
import type { Provenance } from '../../src/measure/provenance.ts';
import type { SideRun } from '../../src/measure/run.ts';
import type { BoxLoad } from '../../src/measure/saturation.ts';

export const KEY: JournalKey = {
  commit: 'abc123abc123',
  recipe: 'quick',
  machine: '2 × AMD EPYC',
  runtime: 'native',
};

export const RECIPE: JourneyRecipe = QUICK;

const PROVENANCE: Provenance = {
  runtime: 'native',
  limiter: 'cgroup-v2',
  machine: KEY.machine,
  commit: KEY.commit,
  startedAt: '2026-01-01T00:00:00.000Z',
  k6: '1.8.1',
  quotas: {},
  scenario: 'mixed',
  load: '20/s',
  durationSeconds: 10,
  conditions: [],
};

export function stop(stage: number, boxes: readonly string[] = ['app', 'db']): Stop {
  return {
    stage,
    name: `${stage}-hand-made`,
    facts: {
      title: `Title ${stage}`,
      users: `${stage}k`,
      bottleneck: 'b',
      cure: 'c',
      scenario: 'mixed',
      entry: 'app',
    },
    boxes,
  };
}

/** A box that used this share of a quota of a tenth of a core. */
export function boxLoad(box: string, kind: string, share: number): BoxLoad {
  return {
    box,
    service: box.replace(/-\d+$/, ''),
    kind,
    cores: share / 10,
    quota: 0.1,
    share,
    throttled: 0,
    cpuMicros: 1000,
    memoryBytes: 1,
  };
}

export function sideRun(side: string, rps: number, loads: readonly BoxLoad[]): SideRun {
  const latency = { avgMs: 5, p50Ms: 4, p95Ms: 9, p99Ms: 10, maxMs: 12, count: 30 };
  return {
    side,
    rps,
    loads,
    cpuMicrosPerRequest: {},
    edge: null,
    summary: {
      startedAt: 0,
      requests: rps,
      purchases: 0,
      soldOut: 0,
      wrong: { transport: 0, status: 0, shape: 0 },
      dropped: 0,
      latency,
      actions: {},
      steps: [],
      files: null,
    },
  };
}

/** A step from the stage before, by a ratio with this interval. */
export function step(stage: number, interval: readonly [number, number], why: readonly string[] = []): Step {
  const at = { p50Ms: 5, p95Ms: 20, within: 1 };
  const rates = { rate: 30, sloMs: 200, previous: at, this: at };
  const comparison: Comparison = {
    stage,
    previous: stage - 1,
    scenario: 'mixed',
    valid: why.length === 0,
    why,
    capacity: {
      previous: { rps: 50 },
      this: { rps: 140 },
      ratio: (interval[0] + interval[1]) / 2,
      interval,
      boots: [2],
    },
    latency: rates,
    overload: rates,
    atLimit: { previous: { p50Ms: 50, p95Ms: 90, users: 3 }, this: { p50Ms: 40, p95Ms: 80, users: 8 } },
    saturated: { previous: 'db', this: 'db' },
    saturatedShare: { previous: 0.99, this: 0.98 },
    cpuMicrosPerRequest: { previous: {}, this: {} },
    seconds: 60,
    provenance: PROVENANCE,
  };
  return { gain: 'capacity', comparison };
}

export function measured(stage: number, why: readonly string[] = []): Measured {
  const at = (rps: number, box: string, share: number) => ({
    rps,
    p50Ms: 5,
    p95Ms: 20,
    loads: [boxLoad(box, 'db', share)],
  });
  return {
    step: stage === 1 ? null : step(stage, [2.7, 2.9], why),
    ladder: [
      { users: 1, previous: stage === 1 ? null : at(20, 'db', 0.4), this: at(21, 'db', 0.3) },
      { users: 22, previous: stage === 1 ? null : at(50, 'db', 0.99), this: at(140, 'db', 0.97) },
    ],
    why,
    provenance: PROVENANCE,
  };
}

export function drill(stage: number, found: Partial<Drill> = {}): Drill {
  return {
    stage,
    scenario: 'mixed',
    rate: 20,
    downSeconds: 2,
    fault: 'kill',
    verdict: 'holds',
    faults: [],
    why: [],
    boxes: [],
    singlePointsOfFailure: [],
    requests: 400,
    failed: 3,
    verification: null,
    provenance: PROVENANCE,
    ...found,
  };
}

/** A journal that forgets when the test is over. */
export function memory(): Journal & { readonly leaves: Map<number, Leaf> } {
  const leaves = new Map<number, Leaf>();
  return {
    leaves,
    read: async (stage) => leaves.get(stage) ?? null,
    write: async (stage, leaf) => void leaves.set(stage, leaf),
    clear: async () => leaves.clear(),
  };
}
