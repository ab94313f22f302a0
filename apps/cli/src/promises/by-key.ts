import type { Operation } from '../history/operation.ts';

/** The purchases of a history by their key, each key's in the order in which they were sent. */
export function purchasesByKey(history: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const byKey = new Map<string, Operation[]>();
  for (const one of history) {
    if (one.op !== 'reserve' || one.key === null) continue;
    const known = byKey.get(one.key);
    if (known === undefined) byKey.set(one.key, [one]);
    else known.push(one);
  }
  for (const all of byKey.values()) all.sort((a, b) => a.invokedAt - b.invokedAt);
  return byKey;
}
