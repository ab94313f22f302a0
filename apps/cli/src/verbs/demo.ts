import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { alone } from '../measure/alone.ts';
import { SHORT } from '../measure/boot.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { renderLoad } from '../report/load.ts';
import { renderNext } from '../report/next.ts';
import { readStage } from '../stage/stages.ts';
import { compared } from './compared.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'start here: this stage and the one before under the same load, what it cured, what to try next',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) => command,
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  const runtime = await context.chooseRuntime();
  const { facts } = await readStage(stage);
  const onProgress = stopwatch(context);
  const { signal } = context;
  if (stage === 1) {
    const result = await oneAtATime(() =>
      alone(runtime, { stage, scenario: facts.scenario, signal, onProgress }),
    );
    context.stdout(
      context.json ? `${JSON.stringify(result)}\n` : `${renderLoad(result)}\n${renderNext(stage, facts)}`,
    );
    return result.run.why.length === 0 ? EXIT.holds : EXIT.couldNotRun;
  }
  const request = {
    stage,
    scenario: facts.scenario,
    recipe: SHORT,
    signal,
    onProgress,
  };
  const { result, text, valid } = await oneAtATime(() => compared(runtime, request));
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : `\n${text}\n${renderNext(stage, facts)}`);
  return valid ? EXIT.holds : EXIT.couldNotRun;
}
