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

/** The reference is loaded with this, whatever the others get: its figures mean the same beside every stage. */
const REFERENCE_SCENARIO = 'look';
/** Its boxes are those of this stage: one app, one database. */
const REFERENCE_STAGE = 2;
const REFERENCE_PROGRAM = 'reference/reference.mjs';

export const reference: Contender = { role: 'reference', stage: REFERENCE_STAGE };

export function scenarioOf({ role }: Contender, scenario: string): string {
  return role === 'reference' ? REFERENCE_SCENARIO : scenario;
}

export function upOptions({ role, root }: Contender): UpOptions {
  return {
    ...(root === undefined ? {} : { root }),
    ...(role === 'reference' ? { commands: { app: ['node', REFERENCE_PROGRAM] } } : {}),
  };
}
