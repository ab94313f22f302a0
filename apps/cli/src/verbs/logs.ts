import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { boxNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'what the boxes said, each line with its box',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) =>
    command
      .argument('[boxes...]', 'only these boxes')
      .option('-f, --follow', 'go on until Ctrl-C')
      .option('-n, --tail <lines>', 'only the last lines of each', '200'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const boxes = context.args.map((name) => boxNamed(state, name).name);
  const lines = runtime.logs(id, {
    boxes,
    follow: options.follow === true,
    tail: Number(options.tail),
    signal: context.signal,
  });
  for await (const line of lines) {
    const at = line.indexOf(' | ');
    const object = { box: line.slice(0, at).trim(), text: line.slice(at + 3) };
    context.stdout(context.json ? `${JSON.stringify(object)}\n` : `${line}\n`);
  }
  return EXIT.holds;
}
