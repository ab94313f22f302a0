import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { execa } from 'execa';
import { EXIT, type ExitCode } from '../failure.ts';
import { recordLesson } from '../lesson/record.ts';
import { findStage, ROOT } from '../stage/stages.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'the lesson; with --record, run its commands and write what they print into it',
  needsStage: true,
  options: (command: Command) =>
    command.option('--record', 'run every command of the lesson and keep its output'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const stage = await findStage(stageOf(context));
  if (options.record !== true) {
    const lesson = await readFile(join(stage.folder, 'README.md'), 'utf8');
    context.stdout(context.json ? `${JSON.stringify({ stage: stage.number, lesson })}\n` : lesson);
    return EXIT.holds;
  }
  const commit = await execa('git', ['describe', '--always', '--dirty', '--abbrev=12'], { cwd: ROOT });
  const recording = await recordLesson(stage, {
    commit: commit.stdout,
    onCommand: (line) => context.stderr(`$ ${line}\n`),
    signal: context.signal,
  });
  context.stdout(
    context.json ? `${JSON.stringify(recording)}\n` : `${recording.runs.length} commands recorded.\n`,
  );
  return EXIT.holds;
}
