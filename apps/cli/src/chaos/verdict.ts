import type { Operation } from '../history/operation.ts';
import type { Violation } from '../promises/violation.ts';
import type { Done, Journal } from './journal.ts';

/** A broken promise, with what happened near it in time. */
export interface Shown extends Violation {
  /** Faults and operations that were under way meanwhile, or just before. */
  readonly near: readonly Done[];
}

export interface Counts {
  readonly ok: number;
  readonly refused: number;
  readonly unknown: number;
}

/** So long before an operation a fault counts as near to it. */
const NEAR_MS = 5000;
const MOST_OPERATIONS = 6;
const MOST_NEAR = 8;
/** With fewer successful operations of a kind a run says nothing. */
const LEAST_OK = { reserve: 10, cancel: 3, 'seat-map': 20 } as const;
const LEAST_SHARE = 0.2;
/** An event loop that stood still for so long was not given the machine: time limits of the clients mean nothing. */
const STARVED_MS = 3000;

/** Puts beside a violation the faults and operations that may explain it. */
export function showing(violation: Violation, done: readonly Done[]): Shown {
  const operations = violation.operations.slice(0, MOST_OPERATIONS);
  const moments = operations.flatMap(({ invokedAt, completedAt }) => [invokedAt, completedAt ?? invokedAt]);
  const [from, to] = [Math.min(...moments) - NEAR_MS, Math.max(...moments)];
  const near = done.filter(({ beganAt, endedAt }) => beganAt <= to && endedAt >= from).slice(0, MOST_NEAR);
  return { ...violation, operations, near: moments.length === 0 ? [] : near };
}

/** Outcomes of the history, by what was asked. */
export function countsOf(history: readonly Operation[]): Record<string, Counts> {
  const counts: Record<string, { ok: number; refused: number; unknown: number }> = {};
  for (const { op, outcome } of history) {
    counts[op] ??= { ok: 0, refused: 0, unknown: 0 };
    counts[op][outcome] += 1;
  }
  return counts;
}

/** Why a run without a violation says nothing; empty: it says something. */
export function reasonsForVoid({
  history,
  standstillMs,
}: Pick<Journal, 'history' | 'standstillMs'>): string[] {
  const counts = countsOf(history);
  const ok = Object.values(counts).reduce((sum, each) => sum + each.ok + each.refused, 0);
  return [
    ...Object.entries(LEAST_OK).flatMap(([op, least]) => {
      const found = counts[op]?.ok ?? 0;
      return found < least
        ? [`only ${found} operations of the kind "${op}" succeeded, at least ${least} must`]
        : [];
    }),
    ...(ok < history.length * LEAST_SHARE
      ? [`only ${ok} of ${history.length} operations were answered`]
      : []),
    ...(standstillMs > STARVED_MS
      ? [`the machine was starved: the clients stood still for ${standstillMs} ms`]
      : []),
  ];
}
