import { Failure } from '../failure.ts';
import { appBox } from '../measure/inventory.ts';
import { type FinalState, finalState } from '../promises/final-state.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

/**
 * What the sales' databases hold: asks the shop's own command, inside a box of the stack.
 *
 * @throws Failure with its last output.
 */
export async function readFinalState(runtime: Runtime, state: StackState): Promise<FinalState> {
  const box = appBox(state);
  const { code, stdout, stderr } = await runtime.exec(state, box, ['node', 'admin/ledger.mjs'], {
    timeoutMs: 60_000,
  });
  if (code === 0) return finalState.parse(JSON.parse(stdout));
  throw new Failure('What the database holds could not be read.', {
    where: `${box}: ${stderr.trim().split('\n').at(-1) ?? `status ${code}`}`,
    next: `pnpm stage ${state.stage} logs ${box}`,
  });
}
