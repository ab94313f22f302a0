import type { FinalState } from '../promises/final-state.ts';
import type { Operation } from './operation.ts';

/** Purchases and cancellations whose outcome was unknown at first. */
export interface UnknownOutcomes {
  readonly total: number;
  /** Of these, those that were answered when they were asked for again. */
  readonly resolved: number;
  /** Of the others, those that were done, as the database tells. */
  readonly done: number;
}

/** How the unknown outcomes of a history ended. One purchase is its key, one cancellation its reservation. */
export function unknownOutcomes(history: readonly Operation[], state: FinalState): UnknownOutcomes {
  const unknown = new Set<string>();
  const resolved = new Set<string>();
  for (const one of history) {
    if (one.op !== 'reserve' && one.op !== 'cancel') continue;
    const name = one.op === 'reserve' ? `key ${one.key}` : `reservation ${one.id}`;
    if (one.outcome === 'unknown') unknown.add(name);
    // A 503 says of one try alone that it did nothing.
    else if (one.outcome === 'ok' || (one.status ?? 500) < 500) resolved.add(name);
  }
  const done = new Set(
    state.reservations.flatMap(({ id, status, idempotencyKey }) => [
      `key ${idempotencyKey}`,
      ...(status === 'cancelled' ? [`reservation ${id}`] : []),
    ]),
  );
  const open = [...unknown].filter((name) => !resolved.has(name));
  return {
    total: unknown.size,
    resolved: unknown.size - open.length,
    done: open.filter((name) => done.has(name)).length,
  };
}
