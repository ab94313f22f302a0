import type { Operation } from '../history/operation.ts';

/** A promise of docs/promises.md, by its number. */
export type PromiseNumber = `P${number}`;

/** Something that a promise rules out, and that a checker found. */
export interface Violation {
  readonly promise: PromiseNumber;
  /** One sentence that names the reservation, the key or the seat. */
  readonly what: string;
  /** The few operations that show it; empty: the final state alone does. */
  readonly operations: readonly Operation[];
}
