import { rm } from 'node:fs/promises';
import type { Runtime, StackId, StackState } from '../runtime/runtime.ts';
import { recordsFolder } from './stack-records.ts';

/** Takes stacks that a measurement booted down, and the records of their runs with them. */
export async function takeDown(runtime: Runtime, ids: readonly StackId[]): Promise<void> {
  const gone = await Promise.allSettled(
    ids.map(async (id) => {
      await runtime.down(id);
      await rm(recordsFolder(id), { recursive: true, force: true });
    }),
  );
  for (const outcome of gone) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Quotas on; the state of a stack as it is from now on. */
export async function withQuotas(runtime: Runtime, stack: StackState): Promise<StackState> {
  await runtime.limit(stack, 'all', 'file');
  const state = await runtime.state(stack);
  if (state === null) throw new Error(`stage ${stack.stage} went away while its quotas were set`);
  return state;
}
