import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../src/cache.ts';
import { ROOT } from '../../src/stage/stages.ts';
import type { Mutant } from './mutants/mutant.ts';

const COPIED = [
  'apps',
  'stages',
  'loadtests',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
];
const LEFT_OUT = ['test', '.cache', 'dist'];

/** A copy of this checkout with bugs planted in it, and a cache in which its databases are made. */
export interface Planted {
  readonly folder: string;
  /** For the processes that are started there. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Copies the checkout, with the packages that are installed here, and plants these bugs in the copy. */
export async function plant(mutants: readonly Mutant[]): Promise<Planted> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  // Boxes run as other users.
  await chmod(folder, 0o755);
  for (const name of COPIED)
    await cp(join(ROOT, name), join(folder, name), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      filter: (path) => !LEFT_OUT.includes(basename(path)),
    });
  await linkPackages(folder);
  for (const { edits } of mutants) for (const edit of edits) await change(folder, edit);
  return {
    folder,
    environment: { XDG_CACHE_HOME: await ownCache(folder) },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A package of the workspace links to its neighbours, which are copied, and to packages below the root, which are not. */
async function linkPackages(folder: string): Promise<void> {
  const from = join(ROOT, 'node_modules');
  const to = join(folder, 'node_modules');
  await mkdir(to);
  for (const name of await readdir(from))
    if (name !== '.cache') await symlink(join(from, name), join(to, name));
  const stamp = join('.cache', 'installed');
  if (existsSync(join(from, stamp))) await cp(join(from, stamp), join(to, stamp));
}

/** Parts are shared with this checkout; a database of a mutant is of no use to anybody else. */
async function ownCache(folder: string): Promise<string> {
  const cache = join(folder, '.cache');
  const parts = cacheFolder('parts');
  await mkdir(parts, { recursive: true });
  await mkdir(join(cache, basename(join(parts, '..'))), { recursive: true });
  await symlink(parts, join(cache, basename(join(parts, '..')), 'parts'));
  return cache;
}

async function change(folder: string, { file, find, replace }: Mutant['edits'][number]): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not have exactly once: ${find}`);
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
}
