import type { PostgresStore } from './postgres.ts';

/** What is known of one of several databases since it was last asked, off the path of requests. */
export interface Replica {
  readonly store: PostgresStore;
  readonly name: string;
  /** It answered when last asked, and no read has failed since. */
  healthy: boolean;
  /** It answered when last asked that it is no standby. */
  writable: boolean;
  /** It is the primary: it holds all that was ever written, by being where it is written. */
  leads: boolean;
  /** The primary could have no commit confirmed by a standby. */
  alone: boolean;
  timeline: number;
  /** Up to where it has replayed the primary's log. */
  replayed: bigint;
  /** Behind the primary; without one, behind what was last heard of it. Infinite where that is not known. */
  lagMs: number;
  /** Reads it is working on. */
  outstanding: number;
}

export function replica(store: PostgresStore): Replica {
  return {
    store,
    name: store.pool.name,
    healthy: false,
    writable: false,
    leads: false,
    alone: false,
    timeline: 0,
    replayed: 0n,
    lagMs: Number.POSITIVE_INFINITY,
    outstanding: 0,
  };
}

export interface Wanted {
  /** What the answer must include. */
  readonly after: bigint;
  readonly maxLagMs: number;
  /** Positions of another timeline do not compare, and what lies there may never have happened. */
  readonly timeline: number;
}

/** The least busy one that is healthy, near enough and has replayed `after`; undefined: none. */
export function choose(replicas: readonly Replica[], wanted: Wanted, turn: number): Replica | undefined {
  let best: Replica | undefined;
  for (let index = 0; index < replicas.length; index += 1) {
    // Begin at another one each time, or the first would get every read of an idle shop.
    const candidate = replicas[(index + turn) % replicas.length];
    if (candidate === undefined || !qualifies(candidate, wanted)) continue;
    if (best === undefined || candidate.outstanding < best.outstanding) best = candidate;
  }
  return best;
}

function qualifies(candidate: Replica, { after, maxLagMs, timeline }: Wanted): boolean {
  if (!candidate.healthy) return false;
  if (candidate.leads) return true;
  return candidate.timeline >= timeline && candidate.lagMs <= maxLagMs && candidate.replayed >= after;
}

/** Of those that answer, the one that lags least; undefined: of none is it known by how much. */
export function nearest(replicas: readonly Replica[]): Replica | undefined {
  return replicas
    .filter((one) => one.healthy && Number.isFinite(one.lagMs))
    .sort((a, b) => a.lagMs - b.lagMs || (b.replayed > a.replayed ? 1 : -1))[0];
}
