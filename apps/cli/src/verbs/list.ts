import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderStages } from '../report/stages.ts';
import { listStages, readStage } from '../stage/stages.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'the stages, and which of them run',
  needsStage: false,
  stacks: 'none' as const,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const runtime = await context.chooseRuntime();
  const stages = await Promise.all(
    (await listStages()).map(async ({ number, name }) => {
      const [{ facts }, state] = await Promise.all([
        readStage(number),
        runtime.state({ stage: number, slot: 0 }),
      ]);
      return { stage: number, name, ...facts, running: state !== null, site: state?.site ?? null };
    }),
  );
  context.stdout(
    context.json ? `${JSON.stringify({ runtime: runtime.name, stages })}\n` : renderStages(stages),
  );
  return EXIT.holds;
}
