import { Failure } from '../failure.ts';
import type { Runtime, StackId, StackState } from '../runtime/runtime.ts';
import { stageOf, type VerbContext } from './verb.ts';

export interface Running {
  readonly runtime: Runtime;
  readonly id: StackId;
  readonly state: StackState;
}

/** The stage's stack, in slot 0 unless another one is asked for. @throws Failure when it is not running. */
export async function runningStack(context: VerbContext): Promise<Running> {
  const id = { stage: stageOf(context), slot: context.slot };
  const runtime = await context.chooseRuntime();
  const state = await runtime.state(id);
  if (state) return { runtime, id, state };
  throw new Failure(`Stage ${id.stage} is not running.`, {
    next: `Start it with \`pnpm stage ${id.stage} up\`.`,
  });
}
