import type { PostgresStore } from './postgres.ts';

/** What is known of a database that answers reads since it was last asked, off the path of requests. */
export interface Replica {
  readonly store: PostgresStore;
  readonly name: string;
  /** It answered when last asked, and no read has failed since. */
  healthy: boolean;
  /** Up to where it has replayed the primary's log. */
  replayed: bigint;
  lagMs: number;
  /** Reads it is working on. */
  outstanding: number;
}

export function replica(store: PostgresStore): Replica {
  return { store, name: store.pool.name, healthy: false, replayed: 0n, lagMs: 0, outstanding: 0 };
}

/** The least busy one that is healthy, near enough and has replayed `after`; undefined: none. */
export function choose(
  replicas: readonly Replica[],
  wanted: { readonly after: bigint; readonly maxLagMs: number },
  turn: number,
): Replica | undefined {
  let best: Replica | undefined;
  for (let index = 0; index < replicas.length; index += 1) {
    // Begin at another one each time, or the first would get every read of an idle shop.
    const candidate = replicas[(index + turn) % replicas.length];
    if (candidate === undefined || !candidate.healthy || candidate.lagMs > wanted.maxLagMs) continue;
    if (candidate.replayed < wanted.after) continue;
    if (best === undefined || candidate.outstanding < best.outstanding) best = candidate;
  }
  return best;
}
