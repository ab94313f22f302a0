import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { findStage, ROOT, type Stage } from './stages.ts';

export interface FileDiff {
  readonly file: string;
  /** Unified diff; empty when the file did not change. */
  readonly patch: string;
}

/** Recorded figures are no part of the step, and each lesson is a text of its own. */
const LEFT_OUT = ['README.md', 'baseline.json'];

/**
 * What a stage changes against the one before: compose.yaml and app.ts first, then its parts' configuration.
 *
 * @throws Failure for stage 1, which has none before it, and where git is not installed.
 */
export async function stageDiff(number: number, options: { color: boolean }): Promise<FileDiff[]> {
  const stage = await findStage(number);
  if (number === 1)
    throw new Failure('Stage 1 is where it starts: there is no stage before it.', {
      next: 'For instance `pnpm stage 2 diff`.',
    });
  const before = await findStage(number - 1);
  const names = [...new Set([...(await files(before)), ...(await files(stage))])];
  const changed = names.filter((name) => existsSync(join(stage.folder, name)));
  const diffs = await Promise.all(
    changed.map(async (file) => ({ file, patch: await patch(before, stage, file, options.color) })),
  );
  return diffs.filter((each) => each.patch !== '').sort((a, b) => rank(a.file) - rank(b.file));
}

function rank(file: string): number {
  const at = ['compose.yaml', 'app.ts', 'reservations.ts', 'shows.ts', 'relay.ts', 'worker.ts'].indexOf(file);
  return at === -1 ? 9 : at;
}

async function files(stage: Stage): Promise<string[]> {
  const entries = await readdir(stage.folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !LEFT_OUT.includes(entry.name))
    .map((entry) => entry.name);
}

async function patch(before: Stage, stage: Stage, file: string, color: boolean): Promise<string> {
  // Where the app was split, who sells goes on from it.
  const split = file === 'reservations.ts' && !existsSync(join(before.folder, file));
  const old = join('stages', before.name, split ? 'app.ts' : file);
  const from = existsSync(join(ROOT, old)) ? old : '/dev/null';
  const args = [
    'diff',
    '--no-index',
    `--color=${color ? 'always' : 'never'}`,
    '--',
    from,
    join('stages', stage.name, file),
  ];
  const { stdout, exitCode, stderr } = await execa('git', args, { cwd: ROOT, reject: false });
  if (exitCode === 0 || exitCode === 1) return stdout;
  throw new Failure(`git could not compare the files: ${stderr}`, { next: 'Install git.' });
}
