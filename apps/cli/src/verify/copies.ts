import { z } from 'zod';
import { directly } from '../failover/databases.ts';
import { Failure } from '../failure.ts';
import { appBox } from '../measure/inventory.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { regionsOf } from '../stage/regions.ts';
import { readStage } from '../stage/stages.ts';

const LIMIT_MS = 60_000;

const answered = z.object({
  copies: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['primary', 'same', 'different', 'behind', 'silent']),
      reservations: z.number().nullable(),
      differences: z.array(z.string()),
    }),
  ),
});

/** What a region's database holds, against the one that decides. `silent`: it does not answer, so nobody knows. */
export type Copy = z.infer<typeof answered>['copies'][number];

/** Whether the regions hold the same, once everything is replayed; null: the stage has one region. */
export async function readCopies(runtime: Runtime, state: StackState): Promise<readonly Copy[] | null> {
  return regionsOf(await readStage(state.stage)).length < 2 ? null : await compareCopies(runtime, state);
}

/** What each database of a stage with replicas holds against the one that decides, once everything is replayed. */
export async function compareCopies(runtime: Runtime, state: StackState): Promise<readonly Copy[]> {
  const box = appBox(state);
  const words = [...directly(state), 'node', 'admin/copies.mjs'];
  const { code, stdout, stderr } = await runtime.exec(state, box, words, { timeoutMs: LIMIT_MS });
  if (code === 0) return answered.parse(JSON.parse(stdout)).copies;
  throw new Failure('The regions’ databases could not be held against each other.', {
    where: `${box}: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`,
    next: `pnpm stage ${state.stage} ps`,
  });
}
