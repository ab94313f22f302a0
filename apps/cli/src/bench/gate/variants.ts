import type { BootFigures } from '../../check/boot.ts';

/**
 * What is beside what. `A` and `7`: the stage beside an equal version, and beside one whose apps take 7 percent more CPU for
 * a request. `reference` and `15`: beside the reference the stage as it is, and one whose apps take 15 percent more.
 */
export const VARIANTS = ['A', '7', 'reference', '15'] as const;
export type Variant = (typeof VARIANTS)[number];

/** One boot of the gate. */
export interface GateBoot {
  readonly stage: number;
  readonly variant: Variant;
  readonly commit: string;
  readonly startedAt: string;
  readonly figures: BootFigures;
  /** Why one before it was void that it took the place of. */
  readonly leftOut: readonly string[];
}
