import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderBoxes } from '../report/boxes.ts';
import { renderSetAside } from '../report/set-aside.ts';
import { clonesOf } from '../stage/clones.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'the boxes: state, address, quota, CPU so far, restarts; stage 1: the clones too',
  needsStage: true,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const [usage, clones, setAside] = await Promise.all([
    runtime.usage(id),
    clonesOf(runtime, state),
    runtime.setAside(id),
  ]);
  if (context.json) context.stdout(`${JSON.stringify({ ...state, usage, clones, setAside })}\n`);
  else context.stdout(`${renderBoxes(state, usage, clones)}${renderSetAside(setAside)}`);
  return EXIT.holds;
}
