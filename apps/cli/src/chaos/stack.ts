import type { Runtime, StackId, StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';

/** The stack that chaos disturbs: its own copy of the stage. */
export interface Subject {
  readonly runtime: Runtime;
  readonly id: StackId;
  readonly file: ComposeFile;
}

/** The stack ended although nobody took it down: nothing can be said of it any more. */
export class StackGone extends Error {
  override readonly name = 'StackGone';
}

/** @throws StackGone when the stack is not there. */
export async function stateOf({ runtime, id }: Subject): Promise<StackState> {
  const state = await runtime.state(id);
  if (state !== null) return state;
  throw new StackGone('The stack ended by itself: its supervisor is gone.');
}

/** Tried in this order; tests and measurements use the other slots. */
export const SLOTS = [8, 7, 6, 5, 3, 2];

/** A slot in which this stage does not run. @throws Error when there is none. */
export async function freeSlot(runtime: Runtime, stage: number): Promise<number> {
  for (const slot of SLOTS) if ((await runtime.state({ stage, slot })) === null) return slot;
  throw new Error(`stage ${stage} runs in the slots ${SLOTS.join(', ')} already: take one down`);
}
