import { z } from 'zod';
import { directly } from '../failover/databases.ts';
import { Failure } from '../failure.ts';
import { appBox } from '../measure/inventory.ts';
import type { Copy } from '../promises/copies-agree.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

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

/** Whether the replicas hold what the primary holds, once everything is replayed; null: the stage has no replicas. */
export async function readCopies(runtime: Runtime, state: StackState): Promise<readonly Copy[] | null> {
  if (!state.boxes.some(({ kind }) => kind === 'replica')) return null;
  const box = appBox(state);
  const words = [...directly(state), 'node', 'admin/copies.mjs'];
  const { code, stdout, stderr } = await runtime.exec(state, box, words, { timeoutMs: LIMIT_MS });
  if (code === 0) return answered.parse(JSON.parse(stdout)).copies;
  throw new Failure('The databases could not be compared.', {
    where: `${box}: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`,
    next: `pnpm stage ${state.stage} ps`,
  });
}
