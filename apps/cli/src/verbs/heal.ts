import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import type { Box } from '../runtime/runtime.ts';
import { boxNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'start a killed box again (without a name: all that are down)',
  needsStage: true,
  options: (command: Command) => command.argument('[box]', 'its name, as ps shows it'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const name = context.args[0];
  const boxes: Box[] = name ? [boxNamed(state, name)] : state.boxes.filter((box) => box.state !== 'ready');
  const healed: { box: string; readyMs: number }[] = [];
  for (const box of boxes) {
    const startedAt = Date.now();
    await runtime.heal(id, box.name);
    healed.push({ box: box.name, readyMs: Date.now() - startedAt });
  }
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, healed })}\n`);
  else if (healed.length === 0) context.stdout('Every box is up.\n');
  else
    for (const each of healed)
      context.stdout(`${each.box} is ready after ${(each.readyMs / 1000).toFixed(2)} s.\n`);
  return EXIT.holds;
}
