import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { boxNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'cut a box’s power: it stays down, its data kept, until heal',
  needsStage: true,
  options: (command: Command) => command.argument('<box>', 'its name, as ps shows it'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const box = boxNamed(state, context.args[0] ?? '');
  await runtime.kill(id, box.name);
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, killed: box.name })}\n`);
  else
    context.stdout(`${box.name} is down. Bring it back with \`pnpm stage ${id.stage} heal ${box.name}\`.\n`);
  return EXIT.holds;
}
