import type { Box } from '../runtime/runtime.ts';
import type { Used } from './watch.ts';

/** How busy a box was. Shares are of 1. */
export interface BoxLoad {
  readonly box: string;
  readonly service: string;
  readonly kind: string;
  /** CPU used, in cores. */
  readonly cores: number;
  /** Its quota in cores; null: none. */
  readonly quota: number | null;
  /** Share of its quota; null where there is none. */
  readonly share: number | null;
  /** Share of the enforcement periods in which it stood still for the rest of the period. */
  readonly throttled: number;
  readonly cpuMicros: number;
  readonly memoryBytes: number;
}

/** The boxes' use over some seconds, held against their quotas. */
export function boxLoads(used: readonly Used[], boxes: readonly Box[], seconds: number): BoxLoad[] {
  return used.flatMap((use) => {
    const box = boxes.find((candidate) => candidate.name === use.box);
    if (box === undefined || box.kind === 'load') return [];
    const cores = use.cpuMicros / 1e6 / seconds;
    return [
      {
        box: box.name,
        service: box.service,
        kind: box.kind,
        cores,
        quota: box.cpus,
        share: box.cpus === null ? null : cores / box.cpus,
        throttled: use.periods > 0 ? use.throttledPeriods / use.periods : 0,
        cpuMicros: use.cpuMicros,
        memoryBytes: use.memoryBytes,
      },
    ];
  });
}

export interface Tier {
  /** `db`, or `app ×3` for three instances of a service, `replica ×2` for two boxes of a kind. */
  readonly name: string;
  /** Mean share of the quota. */
  readonly share: number;
  readonly boxes: readonly string[];
}

/** Each has the visitors that are near it, or the shows that are its own: another one's idleness is no help. */
const ALONE = new Set(['edge', 'lb', 'cache']);
const ALONE_SERVICE = 'shard';
/** Different services of these kinds do different work: one's idleness is no help to another. */
const BY_SERVICE = new Set(['app', 'worker', 'db']);

/** Boxes that do the same work, taken together: one app of three that happens to be busiest is no bottleneck. */
export function tiers(loads: readonly BoxLoad[]): Tier[] {
  const byKind = new Map<string, BoxLoad[]>();
  for (const load of loads) {
    const alone = ALONE.has(load.kind) || load.service === ALONE_SERVICE;
    const tier = alone ? load.box : BY_SERVICE.has(load.kind) ? load.service : load.kind;
    if (load.share !== null) byKind.set(tier, [...(byKind.get(tier) ?? []), load]);
  }
  return [...byKind].map(([kind, members]) => ({
    name: members.length === 1 ? (members[0]?.box ?? kind) : `${kind} ×${members.length}`,
    share: members.reduce((sum, load) => sum + (load.share ?? 0), 0) / members.length,
    boxes: members.map((load) => load.box),
  }));
}

/** The busiest tier; null where nothing has a quota. */
export function busiest(loads: readonly BoxLoad[]): Tier | null {
  return tiers(loads).reduce<Tier | null>(
    (top, tier) => (top === null || tier.share > top.share ? tier : top),
    null,
  );
}

/** From this share of its quota on, a box counts as the one that holds the rest up. */
const SATURATED = 0.9;

/** The tier that holds the rest up; null: none does. */
export function saturated(loads: readonly BoxLoad[]): Tier | null {
  const top = busiest(loads);
  return top !== null && top.share >= SATURATED ? top : null;
}
