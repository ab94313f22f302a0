import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { type ExitCode, Failure } from '../failure.ts';
import { askedFor, toldOf } from '../journey/choose-stages.ts';
import { crewOf } from '../journey/crew.ts';
import { journalIn, type Resumed, resume } from '../journey/journal.ts';
import { FULL, QUICK } from '../journey/recipe.ts';
import { recordJourney } from '../journey/record-journey.ts';
import { knownOf } from '../journey/report/known.ts';
import { writeReport } from '../journey/report/write.ts';
import { stopAt } from '../journey/stop.ts';
import { travel } from '../journey/travel.ts';
import { exitOf } from '../journey/verdict.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { commit, machine } from '../measure/provenance.ts';
import { renderJourney } from '../report/journey.ts';
import { listStages, ROOT, STACKS } from '../stage/stages.ts';
import { stopwatch } from './stopwatch.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'with all: the whole way, each stage beside the one before, more and more users, each box killed; writes a report',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) =>
    command
      .option('--quick', 'one boot a pair and shorter windows: within 10 minutes rather than 20')
      .option('--stages <numbers>', 'these only, such as 2,5')
      .option('--resume', 'go on with what a journey of the same commit and machine has measured')
      .option('--record', 'keep it in docs/results, where the texts take their figures from'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const all = (await listStages()).map(({ number }) => number);
  const stages = options.stages === undefined ? undefined : String(options.stages);
  const asked = askedFor({ all, stage: context.stage, stages });
  const record = options.record === true;
  // What cannot become whole is refused before the journal is looked at.
  if (options.resume !== true) toldOf(all, asked, new Map(), record);
  const recipe = options.quick === true ? QUICK : FULL;
  const runtime = await context.chooseRuntime();
  const folder = join(STACKS, 'journey');
  const journal = journalIn(folder);
  const key = { commit: await commit(), recipe: recipe.name, machine: machine(), runtime: runtime.name };
  const { signal } = context;
  const onProgress = stopwatch(context);

  const journey = await oneAtATime(async () => {
    const resumed = new Map<number, Resumed>();
    if (options.resume === true)
      for (const stage of all) resumed.set(stage, resume(await journal.read(stage), key));
    const stops = await Promise.all(toldOf(all, asked, resumed, record).map(stopAt));
    if (options.resume === true)
      for (const { stage } of stops) onProgress(fromJournal(stage, resumed.get(stage)?.because ?? []));
    else await journal.clear();
    const crew = crewOf(runtime, recipe, signal);
    return travel({ stops, recipe, journal, key, resumed, crew, onProgress, now: () => performance.now() });
  }).catch((error: unknown) => {
    throw signal.aborted ? stopped(error) : error;
  });
  const written = await writeReport(journey, { folder, known: await knownOf(journey) });
  context.stdout(context.json ? `${JSON.stringify(journey)}\n` : `\n${renderJourney(journey)}`);
  for (const path of Object.values(written)) context.stderr(`Written: ${relative(ROOT, path)}\n`);
  if (record) context.stderr(`Recorded: ${relative(ROOT, await recordJourney(journey, written.markdown))}\n`);
  return exitOf(journey);
}

function stopped(cause: unknown): Failure {
  return new Failure('Stopped; nothing is left running.', {
    next: 'With --resume, the same command goes on with what it has by now.',
    cause,
  });
}

function fromJournal(stage: number, because: readonly string[]): string {
  const how = because.length === 0 ? 'taken from the journal' : `to be measured: ${because.join(', ')}`;
  return `stage ${stage}: ${how}`;
}
