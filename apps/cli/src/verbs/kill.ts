import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { untilBoxes } from '../stage/until-boxes.ts';
import { boxesNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'kill every process of a box, or of all boxes of a region (SIGKILL, not a power cut): down, its data kept, until heal',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) => command.argument('<box>', 'its name, as ps shows it; or a region: us, eu'),
};

/** `--json`: `{stage, killed}`, of a region `{stage, region, killed: [names]}`. */
export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const { region, boxes } = await boxesNamed(state, context.args[0] ?? '');
  // At the same moment, as when a region is lost.
  await Promise.all(boxes.map((box) => runtime.kill(id, box.name)));
  const names = boxes.map((box) => box.name);
  await untilBoxes(runtime, id, names, 'killed');
  const [first = ''] = names;
  if (context.json)
    context.stdout(
      `${JSON.stringify(region === null ? { stage: id.stage, killed: first } : { stage: id.stage, region, killed: names })}\n`,
    );
  else if (region === null)
    context.stdout(`${first} is down. Bring it back with \`pnpm stage ${id.stage} heal ${first}\`.\n`);
  else
    context.stdout(
      `Region ${region} is lost: ${names.join(', ')}. Bring it back with \`pnpm stage ${id.stage} heal ${region}\`.\n`,
    );
  return EXIT.holds;
}
