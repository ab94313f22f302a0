import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '@scaling/cli/stage/stages';
import type { Synthesised } from './synthesise.ts';

/** Where what was synthesised lies: a folder a stack, in which Terraform runs. Not in version control. */
export const OUTPUT = join(ROOT, 'infra', 'cdktf.out');
const FILE = 'cdk.tf.json';

/** Put stacks in place of those of the same name, all of them or none. `all`: there are to be no others. */
export async function writeStacks(
  stacks: readonly Synthesised[],
  { all, to = OUTPUT }: { all: boolean; to?: string },
): Promise<void> {
  const aside = `${to}.${process.pid}`;
  const before = `${to}.before.${process.pid}`;
  try {
    await mkdir(aside, { recursive: true });
    // Terraform's own files, of its initialisation, lie beside a stack's: they stay.
    await cp(to, aside, { recursive: true, verbatimSymlinks: true }).catch(ignoreMissing);
    if (all) {
      const names = stacks.map(({ name }) => name);
      const left = (await readdir(aside)).filter((name) => !names.includes(name));
      await Promise.all(left.map((name) => rm(join(aside, name), { recursive: true })));
    }
    for (const { name, text } of stacks) {
      await mkdir(join(aside, name), { recursive: true });
      await writeFile(join(aside, name, FILE), text);
    }
    await mkdir(dirname(to), { recursive: true });
    await rename(to, before).catch(ignoreMissing);
    await rename(aside, to);
  } finally {
    await rm(aside, { recursive: true, force: true });
    await rm(before, { recursive: true, force: true });
  }
}

/** What was synthesised last, by name; null: this stack was not. */
export async function readStack(name: string, from = OUTPUT): Promise<string | null> {
  return readFile(join(from, name, FILE), 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
