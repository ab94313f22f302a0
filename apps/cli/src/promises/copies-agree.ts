import type { Violation } from './violation.ts';

/** What a database holds against the primary, which decides. `silent`: it does not answer, so nothing is known of it. */
export interface Copy {
  readonly name: string;
  readonly state: 'primary' | 'same' | 'different' | 'behind' | 'silent';
  readonly reservations: number | null;
  /** Rows that only one of both has, in words; the first of them. */
  readonly differences: readonly string[];
}

/** P1: once it has replayed everything, a replica holds what the primary holds: it could take over. */
export function copiesAgree(copies: readonly Copy[]): Violation[] {
  return copies.flatMap(({ name, state, differences }) => {
    if (state === 'behind') return [violation(`${name} has not replayed everything in time`)];
    if (state !== 'different') return [];
    const rows = differences.length === 0 ? ['no row could be named'] : differences;
    return rows.map((row) => violation(`${name} holds something else than the primary: ${row}`));
  });
}

function violation(what: string): Violation {
  return { promise: 'P1', what, operations: [] };
}
