import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

/** One worker of the Node cluster in stage 1's box. */
export interface Clone {
  readonly id: number;
  readonly pid: number;
  readonly state: string;
  readonly restarts: number;
  readonly cpuMicros?: number;
  readonly memoryBytes?: number;
  readonly requests?: number;
}

/** The clones in stage 1's box; none in other stages, where a clone is a box. */
export async function clonesOf(runtime: Runtime, state: StackState): Promise<Clone[]> {
  if (!state.boxes.some((box) => box.name === 'single' && box.state === 'ready')) return [];
  return askClones(runtime, state, ['list']);
}

/** Ask the cluster inside the box: `list`, `scale N` or `reload`. @throws Failure with what it said. */
export async function askClones(
  runtime: Runtime,
  state: StackState,
  words: readonly string[],
): Promise<Clone[]> {
  const id = { stage: state.stage, slot: state.slot };
  const { code, stdout, stderr } = await runtime.exec(id, 'single', ['node', 'admin/clones.mjs', ...words], {
    timeoutMs: 60_000,
  });
  if (code !== 0)
    throw new Failure(`The clones could not be asked: ${stderr.trim() || stdout.trim()}`, {
      where: 'single',
    });
  const answer = JSON.parse(stdout) as Clone[] | { clones: Clone[] };
  return Array.isArray(answer) ? answer : answer.clones;
}
