import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { execa } from 'execa';
import { EXIT, type ExitCode } from '../failure.ts';
import { lessonOf, README } from '../lesson/page.ts';
import { recordPage } from '../lesson/record.ts';
import { findStage, ROOT } from '../stage/stages.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'the lesson (without N: the README); with --record, run its commands and write what they print into it',
  needsStage: false,
  options: (command: Command) =>
    command.option('--record', 'run every command of the lesson and keep its output'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const page = context.stage === null ? README : lessonOf(await findStage(context.stage));
  if (options.record !== true) {
    const text = await readFile(page.path, 'utf8');
    context.stdout(context.json ? `${JSON.stringify({ page: page.name, text })}\n` : text);
    return EXIT.holds;
  }
  const commit = await execa('git', ['describe', '--always', '--dirty', '--abbrev=12'], { cwd: ROOT });
  const recording = await recordPage(page, {
    commit: commit.stdout,
    onCommand: (line) => context.stderr(`$ ${line}\n`),
    signal: context.signal,
  });
  context.stdout(
    context.json ? `${JSON.stringify(recording)}\n` : `${recording.runs.length} commands recorded.\n`,
  );
  return EXIT.holds;
}
