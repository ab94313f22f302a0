import type { PromiseNumber } from '../../../src/promises/violation.ts';

interface Edit {
  /** Below the checkout. */
  readonly file: string;
  /** Text that occurs there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A planted bug: what an honest mistake, or a simplification, would look like. */
export interface Mutant {
  readonly name: string;
  readonly stage: number;
  /** What it breaks: one of these is to be reported as violated. */
  readonly breaks: readonly PromiseNumber[];
  readonly edits: readonly Edit[];
}
