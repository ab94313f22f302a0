import type { Command } from 'commander';
import { chaos } from '../chaos/chaos.ts';
import { FAULTS, type FaultKind, menuOf } from '../chaos/menu.ts';
import { scheduleOf } from '../chaos/schedule.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { suggestion } from '../nearest.ts';
import { renderChaos, renderDone, renderSchedule } from '../report/chaos.ts';
import { inBridgedNetwork, networkProblem, ownNetwork } from '../runtime/native/network/own-network.ts';
import { prepare } from '../runtime/native/prepare.ts';
import { readStage } from '../stage/stages.ts';
import { amount } from './amount.ts';
import { stopwatch } from './stopwatch.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary:
    'disturb a stack of its own at random while clients buy, cancel, read and watch: is every promise kept?',
  needsStage: true,
  stacks: 'itself' as const,
  options: (command: Command) =>
    command
      .option('--seed <n>', 'repeat the schedule of this seed (default: a new one)')
      .option('--minutes <n>', 'how long the stack is disturbed, 0.2 to 60 (default 2)')
      .option('--faults <kinds>', `only these, separated by commas: ${FAULTS.join(', ')}`),
};

const EXITS = { holds: EXIT.holds, violated: EXIT.fallsShort, void: EXIT.couldNotRun } as const;
const MAX_SEED = 2 ** 31 - 1;

/**
 * `--json`: `{stage, seed, minutes, verdict, why[], violations[], operations, streams, steps, skipped[], record,
 * provenance}`: a violation is `{promise, what, operations[], near[]}`, operations are `{ok, refused, unknown}` by kind, steps
 * `{done, failed, cutShort}` by fault and verb; `record` is the folder with the schedule and the history.
 */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = stageOf(context);
  const minutes = amount('--minutes', options.minutes ?? 2, 0.2, 60);
  const seed = options.seed === undefined ? newSeed() : seedOf(options.seed);
  const wanted = options.faults === undefined ? FAULTS : faultsOf(String(options.faults));
  const file = await readStage(stage);
  const runtime = await context.chooseRuntime();
  const menu = menuOf(file, runtime.faults, wanted);
  if (menu.faults.length === 0) throw nothingToDo(stage, menu.skipped);
  const isolated = runtime.name === 'compose' || networkProblem('bridged') === null;
  if (isolated && runtime.name === 'native' && ownNetwork() !== 'bridged') {
    const onPrepare = stopwatch(context);
    await prepare(stage, {
      signal: context.signal,
      onProgress: (event) => {
        if (event.step === 'prepare') onPrepare(event.what);
      },
    });
    return (await runInside(seed)) as ExitCode;
  }
  const schedule = scheduleOf(menu, { stage, seed, minutes });
  const say = context.json ? context.stderr : context.stdout;
  say(await renderSchedule(schedule, menu));
  const onProgress = stopwatch(context);
  const result = await oneAtATime(async () =>
    chaos(runtime, {
      file,
      menu,
      schedule,
      isolated,
      signal: context.signal,
      onProgress,
      onStep: (done) => onProgress(renderDone(done)),
    }),
  );
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : `\n${renderChaos(result)}`);
  return EXITS[result.verdict];
}

/** Runs this command again in a network of its own. @returns its exit code */
function runInside(seed: number): Promise<number> | null {
  const words = process.argv.slice(1);
  const isSeeded = words.some((word) => word === '--seed' || word.startsWith('--seed='));
  return inBridgedNetwork([
    process.execPath,
    ...process.execArgv,
    ...words,
    ...(isSeeded ? [] : ['--seed', String(seed)]),
  ]);
}

function newSeed(): number {
  return 1 + Math.floor(Math.random() * 999_999);
}

function seedOf(text: unknown): number {
  const seed = amount('--seed', text, 0, MAX_SEED);
  if (Number.isInteger(seed)) return seed;
  throw new Failure(`--seed takes a whole number, not "${text}".`);
}

function faultsOf(text: string): FaultKind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  for (const kind of kinds)
    if (!FAULTS.includes(kind as FaultKind))
      throw new Failure(`There is no fault "${kind}".`, { next: suggestion(kind, FAULTS) });
  return FAULTS.filter((fault) => kinds.includes(fault));
}

function nothingToDo(stage: number, skipped: readonly { fault: string; why: string }[]): Failure {
  const reasons = skipped.map(({ fault, why }) => `${fault}: ${why}`).join(' ');
  return new Failure(`Stage ${stage} cannot have any of these faults here.`, {
    next: `${reasons} Leave out --faults.`,
  });
}
