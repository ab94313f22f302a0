import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { THOROUGH } from '../measure/boot.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { findScenario } from '../measure/scenarios.ts';
import { readStage } from '../stage/stages.ts';
import { compared } from './compared.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'the stage before and this one side by side at their limits: by how much is this one better?',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) => command.argument('[scenario]', 'default: the one that shows the stage'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  if (stage < 2) {
    throw new Failure('Stage 1 is the first: there is nothing to compare it with.', {
      next: 'Measure it alone with `pnpm stage 1 load mixed`, or compare the step from it: `pnpm stage 2 compare`.',
    });
  }
  const named = context.args[0] === undefined ? undefined : findScenario(context.args[0]).name;
  const { facts } = await readStage(stage);
  const runtime = await context.chooseRuntime();
  const request = {
    stage,
    scenario: named ?? facts.scenario,
    recipe: THOROUGH,
    signal: context.signal,
    onProgress: stopwatch(context),
  };
  const { result, text, valid, least } = await oneAtATime(() => compared(runtime, request));
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : text);
  if (!valid) return EXIT.couldNotRun;
  // A step that helps is better than its predecessor even at the low end of the interval.
  return least > 1 ? EXIT.holds : EXIT.fallsShort;
}
