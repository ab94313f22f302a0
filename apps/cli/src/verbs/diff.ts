import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { stageDiff } from '../stage/diff.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'the step from the stage before: compose.yaml, app.ts, configuration',
  needsStage: true,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  const files = await stageDiff(stage, { color: !context.json && process.stdout.isTTY === true });
  if (context.json) context.stdout(`${JSON.stringify({ stage, files })}\n`);
  else for (const file of files) context.stdout(`${file.patch}\n`);
  return EXIT.holds;
}
