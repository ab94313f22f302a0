import type { Command } from 'commander';
import { chooseBoxes } from '../drill/choose-boxes.ts';
import { drill } from '../drill/drill.ts';
import type { BoxFault } from '../drill/exercised.ts';
import { EXIT_OF, type ExitCode, Failure } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { findScenario, SCENARIOS } from '../measure/scenarios.ts';
import { renderDrill } from '../report/drill.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { readStage } from '../stage/stages.ts';
import { amount } from './amount.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary:
    'kill (SIGKILL, not a power cut) or pause each box in turn under load, in a stack of its own: what fails, for how long',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) =>
    command
      .argument('[scenario]', 'the load (default mixed)')
      .option('--rate <perSecond>', 'requests that arrive per second, 2 to 200 (default 20)')
      .option('--down <seconds>', 'how long a box stays down (default 4)')
      .option('--pause', 'pause each box instead of killing it: it hangs, and its connections stay open')
      .option('--box <name>', 'this one only')
      .option('--all', 'every instance of a service, not one of them'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = stageOf(context);
  const scenario = findScenario(context.args[0] ?? 'mixed');
  if (scenario.thinks) {
    const scenarios = Object.entries(SCENARIOS).flatMap(([name, { thinks }]) => (thinks ? [] : [name]));
    throw new Failure(
      `People in "${scenario.name}" think between two clicks: too few requests to time a failure.`,
      { next: `Drill with ${scenarios.slice(0, -1).join(', ')} or ${scenarios.at(-1)}.` },
    );
  }
  const rate = amount('--rate', options.rate ?? 20, 2, 200);
  const downSeconds = amount('--down', options.down ?? 4, 0.5, 60);
  if (options.box !== undefined && options.all === true)
    throw new Failure('A drill is for one box or for all of them, not both.', {
      next: 'Leave out --box or --all.',
    });
  const boxes = chooseBoxes(stage, await readStage(stage), {
    ...(options.box === undefined ? {} : { box: String(options.box) }),
    all: options.all === true,
  });
  const runtime = await context.chooseRuntime();
  const { signal } = context;
  const fault: BoxFault = options.pause === true ? 'pause' : 'kill';
  if (fault === 'pause') refuseWhatCannotPause(runtime);
  const onProgress = stopwatch(context);
  const request = { stage, scenario: scenario.name, boxes, fault, rate, downSeconds, signal, onProgress };
  const result = await oneAtATime(() => drill(runtime, request));
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : `\n${renderDrill(result)}`);
  return EXIT_OF[result.verdict];
}

function refuseWhatCannotPause({ faults }: Runtime): void {
  const can = faults.can('pause');
  if (can !== true)
    throw new Failure(`No box can be paused here: ${can}`, { next: 'Drill without --pause.' });
}
