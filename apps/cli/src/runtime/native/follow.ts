import { join } from 'node:path';
import { oneOfSeveral } from '../one-of-several.ts';
import type { StackState } from '../runtime.ts';
import { NOBODY, writeLeader } from './leader.ts';
import { stackFolder } from './make-plan.ts';

/** Note beside a database box's data whom it follows from its next start on. */
export async function follow(state: StackState, box: string, leader: string | null): Promise<void> {
  const { name } = oneOfSeveral(state.boxes, box);
  await writeLeader(join(stackFolder(state.stage, state.slot), 'data', name), leader ?? NOBODY);
}
