import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { THOROUGH } from '../measure/boot.ts';
import { compare } from '../measure/compare.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { findScenario } from '../measure/scenarios.ts';
import { renderComparison } from '../report/compare.ts';
import { readStage } from '../stage/stages.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'the stage before and this one side by side at their limits: by how much is this one better?',
  needsStage: true,
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
  const [before, now] = await Promise.all([readStage(stage - 1), readStage(stage)]);
  const runtime = await context.chooseRuntime();
  const request = {
    stage,
    scenario: named ?? now.facts.scenario,
    recipe: THOROUGH,
    signal: context.signal,
    onProgress: stopwatch(context),
  };
  const result = await oneAtATime(() => compare(runtime, request));
  const titles = { previous: before.facts.title, this: now.facts.title };
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderComparison(result, titles));
  if (!result.valid) return EXIT.couldNotRun;
  // A step that helps is better than its predecessor even at the low end of the interval.
  return result.capacity.interval[0] > 1 ? EXIT.holds : EXIT.fallsShort;
}
