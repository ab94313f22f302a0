import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { askClones } from '../stage/clones.ts';
import { refuseToDropData } from '../stage/holds-data.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'more or fewer boxes of a service (stage 1: clones in its one box): scale app 5',
  needsStage: true,
  options: (command: Command) =>
    command.argument('<service>', 'such as app; in stage 1, single').argument('<count>', 'how many'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const [service = '', text = ''] = context.args;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Failure(`"${text}" is not a number of boxes.`, {
      next: `For instance \`pnpm stage ${id.stage} scale ${service} 3\`.`,
    });
  if (service === 'single') {
    const clones = await askClones(runtime, state, ['scale', text]);
    if (clones.length !== count)
      throw new Failure(`${clones.length} clones of the app share the box, not ${count}.`, {
        where: 'single',
        next: `pnpm stage ${id.stage} logs single`,
      });
    if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, service, clones })}\n`);
    else context.stdout(`${clones.length} clones of the app share the box.\n`);
    return EXIT.holds;
  }
  refuseToDropData(state, service, count);
  const after = await runtime.scale(id, service, count);
  const boxes = after.boxes.filter((box) => box.service === service).map((box) => box.name);
  if (boxes.length !== count)
    throw new Failure(`${service} runs ${boxes.length} boxes, not ${count}.`, {
      next: `pnpm stage ${id.stage} ps`,
    });
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, service, boxes })}\n`);
  else context.stdout(`${service} runs ${boxes.length} boxes: ${boxes.join(', ')}.\n`);
  return EXIT.holds;
}
