import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { untilBoxes } from '../stage/until-boxes.ts';
import { boxesNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'stop every process of a box without ending it: it hangs, its connections stay open, until resume',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) => command.argument('<box>', 'its name, as ps shows it; or a region: us, eu'),
};

/** `--json`: `{stage, paused: [names]}`. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const asked = context.args[0] ?? '';
  const { boxes } = await boxesNamed(state, asked);
  await Promise.all(boxes.map((box) => runtime.faults.pause(id, box.name)));
  const names = boxes.map((box) => box.name);
  await untilBoxes(runtime, id, names, 'paused');
  context.stdout(
    context.json
      ? `${JSON.stringify({ stage: id.stage, paused: names })}\n`
      : `Paused: ${names.join(', ')}. Let it go on with \`pnpm stage ${id.stage} resume ${asked}\`.\n`,
  );
  return EXIT.holds;
}
