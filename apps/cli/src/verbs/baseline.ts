import type { Command } from 'commander';
import { baselinePath, writeBaseline } from '../check/baseline.ts';
import { recordBaseline } from '../check/record-baseline.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { renderBaseline } from '../report/baseline.ts';
import { readStage } from '../stage/stages.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'record what later checks hold the stage against: ratios to a frozen reference beside it',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  const { facts } = await readStage(stage);
  const runtime = await context.chooseRuntime();
  if (runtime.name !== 'native')
    throw new Failure('A baseline is recorded natively: the reference is no image.', {
      next: `On Linux: \`pnpm stage ${stage} baseline --runtime native\`.`,
    });
  const { signal } = context;
  const request = { stage, scenario: facts.scenario, signal, onProgress: stopwatch(context) };
  const { baseline, why } = await oneAtATime(() => recordBaseline(runtime, request));
  if (why.length > 0)
    throw new Failure(`The baseline is void and was not kept: ${why.join('; ')}.`, {
      where: await baselinePath(stage),
      next: 'Record it again on a quiet machine.',
    });
  const path = await writeBaseline(baseline);
  context.stdout(context.json ? `${JSON.stringify(baseline)}\n` : renderBaseline(baseline, path));
  return EXIT.holds;
}
