import { LATER_STAGES } from './mutants/later-stages.ts';
import { LOAD_BALANCER } from './mutants/load-balancer.ts';
import type { Mutant } from './mutants/mutant.ts';

/** Bugs that `chaos` has to find: at least one for each promise. */
export const MUTANTS: readonly Mutant[] = [...LOAD_BALANCER, ...LATER_STAGES];
