import type { Operation } from '../history/operation.ts';
import { purchasesByKey } from './by-key.ts';
import type { FinalState, HeldReservation } from './final-state.ts';

/**
 * From when until when a reservation had its seats, as far as its clients and the final state tell. Milliseconds since 1970;
 * Infinity: never. Between `soldFrom` and `freedBy` it may have had them, between `soldBy` and `freedFrom` it certainly did.
 */
export interface Ownership {
  /** null: an unknown purchase that is in no database. It may have been there for a while. */
  readonly id: string | null;
  readonly showId: number;
  readonly seats: readonly number[];
  readonly soldFrom: number;
  readonly soldBy: number;
  readonly freedFrom: number;
  readonly freedBy: number;
  /** The purchase that tells of it, and the first cancellation. */
  readonly operations: readonly Operation[];
}

interface Cancelling {
  readonly from: number;
  readonly by: number;
  readonly first: Operation;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Who had which seats when. A purchase that is answered as lost by the final state counts as possible and never as certain:
 * one fault shall not look like several.
 */
export function ownerships(history: readonly Operation[], state: FinalState): Ownership[] {
  const held = new Map(state.reservations.map((one) => [one.id, one]));
  const byKey = new Map(state.reservations.map((one) => [one.idempotencyKey, one]));
  const cancelling = cancellationsById(history);
  const known = new Set<string>();
  const owners = [...purchasesByKey(history)].flatMap(([key, purchases]) => {
    const sales = salesIn(purchases);
    const kept = byKey.get(key);
    // No answer names a reservation: if there is one, the database has it; if the outcome is open, there may have been one.
    if (sales.size === 0 && (kept !== undefined || isOpen(purchases))) sales.set(kept?.id ?? null, null);
    return [...sales].map(([id, sale]) => {
      if (id !== null) known.add(id);
      const reservation = id === null ? undefined : held.get(id);
      return ownership({ id, sale, purchases, reservation, cancelling: cancelling.get(id ?? '') });
    });
  });
  const others = state.reservations.filter(({ id }) => !known.has(id));
  return [...owners, ...others.map(fromElsewhere)];
}

/** The cancellations of a history that may have been done, by reservation. */
export function cancellationsById(history: readonly Operation[]): ReadonlyMap<string, Cancelling> {
  const byId = new Map<string, Cancelling>();
  for (const one of history) {
    if (one.op !== 'cancel' || one.id === null || one.outcome === 'refused') continue;
    const by = one.outcome === 'ok' ? (one.completedAt ?? NEVER) : NEVER;
    const known = byId.get(one.id);
    byId.set(one.id, {
      from: Math.min(known?.from ?? NEVER, one.invokedAt),
      by: Math.min(known?.by ?? NEVER, by),
      first: known?.first ?? one,
    });
  }
  return byId;
}

/** Of each reservation that a key was answered with, the first such answer. */
function salesIn(purchases: readonly Operation[]): Map<string | null, Operation | null> {
  const sales = new Map<string | null, Operation | null>();
  for (const one of purchases) {
    if (one.outcome !== 'ok' || one.id === null) continue;
    const known = sales.get(one.id);
    if (known === undefined || completion(one) < completion(known)) sales.set(one.id, one);
  }
  return sales;
}

/** Whether it is not known what became of a key: a refusal for good (409) answers the tries before it, too. */
function isOpen(purchases: readonly Operation[]): boolean {
  return (
    purchases.some(({ outcome }) => outcome === 'unknown') && !purchases.some(({ status }) => status === 409)
  );
}

function ownership(of: {
  readonly id: string | null;
  readonly sale: Operation | null;
  readonly purchases: readonly Operation[];
  readonly reservation: HeldReservation | undefined;
  readonly cancelling: Cancelling | undefined;
}): Ownership {
  const { id, sale, purchases, reservation, cancelling } = of;
  const [first] = purchases;
  const soldFrom = first?.invokedAt ?? 0;
  // Cancelled, and no client of this history asked for it: then it may have been at any time.
  const elsewhere = cancelling === undefined && reservation?.status === 'cancelled';
  const gone = sale?.state === 'cancelled' ? completion(sale) : NEVER;
  return {
    id,
    showId: reservation?.showId ?? first?.showId ?? 0,
    seats: reservation?.seats ?? first?.seats ?? [],
    soldFrom,
    soldBy: reservation === undefined ? NEVER : completion(sale),
    freedFrom: elsewhere ? soldFrom : (cancelling?.from ?? NEVER),
    freedBy: Math.min(cancelling?.by ?? NEVER, gone),
    operations: [sale ?? first, cancelling?.first].filter((one) => one !== undefined),
  };
}

/** Sold to a buyer whom the history does not know, at some time. */
function fromElsewhere({ id, showId, seats }: HeldReservation): Ownership {
  const always = { soldFrom: -NEVER, soldBy: NEVER, freedFrom: -NEVER, freedBy: NEVER };
  return { id, showId, seats, ...always, operations: [] };
}

function completion(one: Operation | null): number {
  return one?.completedAt ?? NEVER;
}
