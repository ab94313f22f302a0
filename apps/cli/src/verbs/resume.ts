import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { untilBoxes } from '../stage/until-boxes.ts';
import { boxesNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'let a paused box go on (without a name: all paused boxes)',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) => command.argument('[box]', 'its name, as ps shows it; or a region: us, eu'),
};

/** `--json`: `{stage, resumed: [names]}`. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const asked = context.args[0];
  const named = asked === undefined ? state.boxes : (await boxesNamed(state, asked)).boxes;
  const names = named.filter((box) => box.state === 'paused').map((box) => box.name);
  await Promise.all(names.map((name) => runtime.faults.resume(id, name)));
  await untilBoxes(runtime, id, names, 'resumed');
  const text = names.length === 0 ? 'No box is paused.\n' : `Resumed: ${names.join(', ')}.\n`;
  context.stdout(context.json ? `${JSON.stringify({ stage: id.stage, resumed: names })}\n` : text);
  return EXIT.holds;
}
