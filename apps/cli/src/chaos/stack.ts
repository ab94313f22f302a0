import { Failure } from '../failure.ts';
import type { Runtime, StackId, StackState, UpOptions } from '../runtime/runtime.ts';
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
const TAKEN = /is running already|is being started already/;

/** Starts a stage in the first slot in which it does not run. @throws Failure with nothing left running */
export async function upInFreeSlot(runtime: Runtime, stage: number, options: UpOptions): Promise<StackState> {
  for (const slot of SLOTS) {
    if ((await runtime.state({ stage, slot })) !== null) continue;
    try {
      return await runtime.up(stage, { ...options, slot });
    } catch (error) {
      // Another run was faster.
      if (!(error instanceof Failure && TAKEN.test(error.message))) throw error;
    }
  }
  throw new Failure(`Stage ${stage} runs in all slots that are for chaos: ${SLOTS.join(', ')}.`, {
    next: `End one of these runs, or take one down: \`pnpm stage ${stage} down --slot ${SLOTS[0]}\`.`,
  });
}
