import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'stop the stack and remove its data',
  needsStage: true,
  stacks: 'none' as const,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  const startedAt = Date.now();
  const ran = await (await context.chooseRuntime()).down({ stage, slot: context.slot });
  const tookMs = Date.now() - startedAt;
  if (context.json) context.stdout(`${JSON.stringify({ stage, ran, tookMs })}\n`);
  else
    context.stdout(
      ran
        ? `Stage ${stage} is down, its data removed (${(tookMs / 1000).toFixed(1)} s).\n`
        : `Stage ${stage} was not running.\n`,
    );
  return EXIT.holds;
}
