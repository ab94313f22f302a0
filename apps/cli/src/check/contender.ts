import type { StackState, UpOptions } from '../runtime/runtime.ts';

/** `this`: what is checked. `other`: another version of it. `before`: the stage before it. `reference`: frozen. */
export type Role = 'this' | 'other' | 'before' | 'reference';

/** Whom a boot measures beside the others. */
export interface Contender {
  readonly role: Role;
  readonly stage: number;
  /** Another checkout, whose stage and shop are run. */
  readonly root?: string;
}

/** A contender whose stack runs. */
export interface Running extends Contender {
  readonly state: StackState;
}

const FIRST_WITH_SEVERAL_APPS = 3;
/** The reference is loaded with this, whatever the others get: its figures mean the same beside every stage. */
const REFERENCE_SCENARIO = 'look';
const REFERENCE_PROGRAM = 'reference/reference.mjs';

/**
 * The reference in the boxes of stage 2 or 3: in one app, or in three behind a load balancer, as the stage beside it has
 * one or several. A process that does a third of the work pays twice as much for a request, and how much more moves with
 * the machine: beside three apps, one reference moved 5.4 % (σ) from boot to boot, and three moved 2.9 %.
 */
export function referenceBeside(stage: number): Contender {
  return { role: 'reference', stage: stage < FIRST_WITH_SEVERAL_APPS ? 2 : FIRST_WITH_SEVERAL_APPS };
}

export function scenarioOf({ role }: Contender, scenario: string): string {
  return role === 'reference' ? REFERENCE_SCENARIO : scenario;
}

export function upOptions({ role, root }: Contender): UpOptions {
  return {
    ...(root === undefined ? {} : { root }),
    ...(role === 'reference' ? { commands: { app: ['node', REFERENCE_PROGRAM] } } : {}),
  };
}
