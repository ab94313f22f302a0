import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { execa } from 'execa';
import { EXIT, type ExitCode } from '../failure.ts';
import { fillFigures, recordedJourney } from '../journey/figures/recorded.ts';
import { allPages, lessonOf, type Page, README } from '../lesson/page.ts';
import { recordPage } from '../lesson/record.ts';
import { findStage, ROOT } from '../stage/stages.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'the lesson (without N: the README); --record writes what its commands print into it, --figures what was measured',
  needsStage: false,
  options: (command: Command) =>
    command
      .option('--record', 'run every command of the lesson and keep its output')
      .option('--missing', 'with --record: only the commands that an earlier recording left empty')
      .option(
        '--figures',
        'write the recorded journey’s figures between the marks (without N: of all lessons, too)',
      ),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const page = context.stage === null ? README : lessonOf(await findStage(context.stage));
  if (options.figures === true)
    return writeFigures(context, context.stage === null ? await allPages() : [page]);
  if (options.record !== true) {
    const text = await readFile(page.path, 'utf8');
    context.stdout(context.json ? `${JSON.stringify({ page: page.name, text })}\n` : text);
    return EXIT.holds;
  }
  const commit = await execa('git', ['describe', '--always', '--dirty', '--abbrev=12'], { cwd: ROOT });
  const recording = await recordPage(page, {
    commit: commit.stdout,
    missing: options.missing === true,
    onCommand: (line) => context.stderr(`$ ${line}\n`),
    signal: context.signal,
  });
  context.stdout(
    context.json ? `${JSON.stringify(recording)}\n` : `${recording.runs.length} commands recorded.\n`,
  );
  return EXIT.holds;
}

async function writeFigures(context: VerbContext, pages: readonly Page[]): Promise<ExitCode> {
  const journey = await recordedJourney();
  const changed = (await fillFigures(pages, journey)).map(({ name }) => name);
  const from = journey === null ? 'no journey is recorded' : `the journey of ${journey.startedAt}`;
  context.stdout(
    context.json
      ? `${JSON.stringify({ recordedAt: journey?.startedAt ?? null, changed })}\n`
      : `${changed.length === 0 ? 'Nothing to change' : `Changed: ${changed.join(', ')}`} (${from}).\n`,
  );
  return EXIT.holds;
}
