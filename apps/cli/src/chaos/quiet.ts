import type { Operation } from '../history/operation.ts';
import { type Journal, spanOf } from './journal.ts';

/** What a fault may have left in a cache has run out so long after it. */
const AFTER_MS = 6000;

/**
 * The history without the seat maps that were read while something disturbed the stack, or soon after: of the others more
 * is promised.
 */
export function quietHistory({ history, done, healing }: Journal): Operation[] {
  const busy = done.map(spanOf);
  if (healing !== null) busy.push(healing);
  return history.filter(
    ({ op, invokedAt, completedAt }) =>
      op !== 'seat-map' ||
      busy.every(({ from, to }) => (completedAt ?? invokedAt) < from || invokedAt > to + AFTER_MS),
  );
}
