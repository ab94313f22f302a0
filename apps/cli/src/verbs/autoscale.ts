import type { Command } from 'commander';
import { autoscale, type Note } from '../autoscale/autoscale.ts';
import type { Step } from '../autoscale/change-boxes.ts';
import { demo } from '../autoscale/demo.ts';
import { readRules } from '../autoscale/rules.ts';
import { scaledServices } from '../autoscale/services.ts';
import { EXIT, EXIT_OF, type ExitCode, Failure } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { findScenario } from '../measure/scenarios.ts';
import { renderNote, renderRules, renderStep } from '../report/autoscale.ts';
import { renderDemo } from '../report/autoscale-demo.ts';
import { percent } from '../report/table.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary:
    'watch the apps’ CPU and follow stages/scaling.yaml: more boxes, fewer boxes, each decision with its figure, until Ctrl-C',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) =>
    command
      .argument('[scenario]', 'the load of the demo (default sale)')
      .option(
        '--demo',
        'a load that rises and falls again, on a stack of its own: what do those who ask meet?',
      )
      .option('--rate <perSecond>', 'the demo begins and ends with (default 50)')
      .option('--times <n>', 'and rises to so many times as much (default 4)')
      .option('--for <seconds>', 'end by itself after so long')
      .option('--speed <n>', 'the rules’ clock runs so many times as fast, 1 to 15 (default 1, in a demo 10)')
      .option('--clock <moment>', 'what the rules’ clock begins with, for a sale that is in the rules'),
};

/** Three apps of stage 3 are at three quarters of their quota with four times as many, and its database at half. */
const RATE = 50;
const TIMES = 4;

/**
 * `--json`: `{stage, speed, rules, start, end, steps[], notes[]}`; start and end are boxes by service, moments milliseconds
 * since 1970. With `--demo` what autoscale/demo.ts says.
 */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = stageOf(context);
  const following = {
    rules: await readRules(),
    speed: amount('--speed', options.speed ?? (options.demo === true ? 10 : 1), 1, 15),
    ...(options.clock === undefined ? {} : { clock: momentOf(options.clock) }),
  };
  refuseMixture(context, options);
  const services = await scaledServices(stage, following.rules);
  const say = context.json ? context.stderr : context.stdout;
  const request = {
    ...following,
    services,
    signal: context.signal,
    ...watching(context),
  };
  if (options.demo !== true) {
    const { runtime, state } = await runningStack(context);
    say(renderRules(state, services, following));
    const seconds = options.for === undefined ? null : amount('--for', options.for, 1, 86_400);
    const enough = seconds === null ? {} : { enough: AbortSignal.timeout(seconds * 1000) };
    const result = await autoscale(runtime, state, { ...request, ...enough });
    const { speed, rules } = following;
    if (context.json) context.stdout(`${JSON.stringify({ stage, speed, rules, ...result })}\n`);
    return EXIT.holds;
  }
  const scenario = findScenario(context.args[0] ?? 'sale').name;
  const rate = amount('--rate', options.rate ?? RATE, 1, 150);
  const times = amount('--times', options.times ?? TIMES, 1.5, 10);
  const runtime = await context.chooseRuntime();
  const result = await oneAtATime(() =>
    demo(runtime, {
      ...request,
      stage,
      scenario,
      rate,
      times,
      onReady: (state) => say(renderRules(state, services, following)),
      onProgress: stopwatch(context),
    }),
  );
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : `\n${renderDemo(result)}`);
  return EXIT_OF[result.verdict];
}

/** Decisions and what is worth knowing are the verb's output; what the boxes do meanwhile is progress. */
function watching(context: VerbContext) {
  const began = Date.now();
  const onProgress = stopwatch(context);
  const say = context.json ? context.stderr : context.stdout;
  return {
    onStep: (step: Step) => say(renderStep(step, began)),
    onNote: (note: Note) => say(renderNote(note, began)),
    onAverage: (averages: Readonly<Record<string, number>>) =>
      onProgress(
        `average CPU: ${Object.entries(averages)
          .map(([service, share]) => `${service} ${percent(share)}`)
          .join(', ')}`,
      ),
  };
}

function refuseMixture({ args }: VerbContext, options: Record<string, unknown>): void {
  const forDemo = ['rate', 'times'].filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  if (options.demo !== true && (forDemo.length > 0 || args.length > 0))
    throw new Failure(`${[...args, ...forDemo].join(' ')} is for the demo, which brings a load itself.`, {
      next: 'Add --demo, or bring the load yourself: `pnpm stage N load`.',
    });
  if (options.demo === true && options.for !== undefined)
    throw new Failure('A demo is as long as its load is: it takes no --for.', { next: 'Leave out --for.' });
}

/** @throws Failure with an example when it is no moment. */
function momentOf(text: unknown): number {
  const moment = Date.parse(String(text));
  if (!Number.isNaN(moment)) return moment;
  throw new Failure(`--clock takes a moment, not "${text}".`, {
    next: 'For instance --clock 2026-11-27T11:40:00+01:00.',
  });
}
