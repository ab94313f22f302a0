import type { Operation } from '../history/operation.ts';
import { purchasesByKey } from './by-key.ts';
import type { FinalState } from './final-state.ts';
import type { Violation } from './violation.ts';

/**
 * P3: one key, one outcome. A key has one reservation, or its seats were taken, however often it is sent. An answer that
 * decides nothing (`unavailable`, `outcome-unknown`) may come before either.
 */
export function oneOutcomePerKey(history: readonly Operation[], state: FinalState): Violation[] {
  const held = reservationsByKey(state);
  const keyless = state.reservations
    .filter(({ idempotencyKey }) => idempotencyKey === null)
    .map(({ id }) => violation(`no key leads to reservation ${id}: a retry would buy again`, []));
  const known = [...purchasesByKey(history)].flatMap(([key, purchases]) => {
    const decided = new Map<string, Operation>();
    for (const purchase of purchases) {
      const outcome = outcomeOf(purchase);
      if (outcome !== null && !decided.has(outcome)) decided.set(outcome, purchase);
    }
    const reused = purchases.find(({ problem }) => problem === 'key-reused');
    if (reused !== undefined && purchases.every((one) => isSameRequest(one, reused)))
      decided.set('a refusal as used by another request', reused);
    const operations = [...decided.values()];
    if (decided.size > 1)
      return [violation(`key ${key} was answered with ${[...decided.keys()].join(' and ')}`, operations)];
    const kept = held.get(key) ?? [];
    if (kept.length > 1)
      return [
        violation(`key ${key} bought ${kept.map((id) => `reservation ${id}`).join(' and ')}`, operations),
      ];
    const [answered] = decided.keys();
    const [id] = kept;
    if (answered === undefined || id === undefined || answered === `reservation ${id}`) return [];
    // Refused each time: that refusal was not true, which is P9.
    if (purchases.every(({ outcome }) => outcome === 'refused')) return [];
    return [
      violation(
        `key ${key} was answered with ${answered}, and the database has reservation ${id}`,
        operations,
      ),
    ];
  });
  return [...known, ...keyless];
}

function violation(what: string, operations: readonly Operation[]): Violation {
  return { promise: 'P3', what, operations };
}

/** What a purchase's answer decided, in words; null: nothing. */
function outcomeOf({ outcome, id, problem, status }: Operation): string | null {
  if (outcome === 'ok') return id === null ? 'no reservation' : `reservation ${id}`;
  return outcome === 'refused' && (problem === 'seats-taken' || status === 409) ? 'a refusal' : null;
}

function reservationsByKey({ reservations }: FinalState): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, string[]>();
  for (const { id, idempotencyKey } of reservations) {
    if (idempotencyKey === null) continue;
    byKey.set(idempotencyKey, [...(byKey.get(idempotencyKey) ?? []), id]);
  }
  return byKey;
}

function isSameRequest(one: Operation, other: Operation): boolean {
  const request = ({ showId, seats, ticket, email }: Operation) =>
    JSON.stringify([showId, seats, ticket, email]);
  return request(one) === request(other);
}
