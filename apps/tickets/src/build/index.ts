import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { bundle } from './bundle.ts';
import { entries, root } from './entries.ts';
import { newest } from './newest.ts';
import { storefront, storefrontSources } from './storefront.ts';

/** Written last: what the build was made of, and when. */
const RECORD = 'build.json';
/** What the build itself is made of. */
const RECIPE = ['apps/tickets/src/build', 'pnpm-lock.yaml'].map((name) => join(root, name));
const KEEP_CHUNKS_MS = 24 * 60 * 60 * 1000;

interface BuildRecord {
  readonly at: number;
  /** The programs of the build: a stage that is new, or gone, makes it stale. */
  readonly programs: readonly string[];
  readonly sources: readonly string[];
}

/**
 * Builds every stage's app, the mail box, the administrative commands and the storefront into `out`, to be run by plain
 * `node` without node_modules. The folder is replaced as a whole or not at all; when nothing has changed since the last
 * build it returns at once. `site: false` leaves the storefront out.
 */
export async function build(options: { out: string; site?: boolean }): Promise<void> {
  const out = resolve(options.out);
  const programs = await entries();
  const names = programs.map(({ file }) => file);
  if (await isCurrent(out, names)) return;

  const at = Date.now();
  await mkdir(dirname(out), { recursive: true });
  const made = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  // mkdtemp makes it for us alone; boxes run as other users.
  await chmod(made, 0o755);
  try {
    const folders = [...new Set(programs.map((program) => program.out))];
    const membersOf = (folder: string) => programs.filter((program) => program.out === folder);
    const bundles = folders.map((folder) => bundle(join(made, folder), membersOf(folder)));
    const site = options.site === false ? undefined : storefront(join(made, 'public'));
    // One that fails must not leave the others writing into a folder that is being removed.
    await Promise.allSettled([...bundles, site]);
    const sources = await Promise.all(bundles);
    await site;
    await Promise.all(folders.map((folder) => keepChunks(join(out, folder), join(made, folder))));
    const own = sources.flat().filter((file) => !file.includes('node_modules'));
    const record: BuildRecord = {
      at,
      programs: names,
      sources: [...new Set(own), ...storefrontSources, ...RECIPE],
    };
    await writeFile(join(made, RECORD), JSON.stringify(record));
    await replace(out, made);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function isCurrent(out: string, programs: readonly string[]): Promise<boolean> {
  const text = await readFile(join(out, RECORD), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return false;
  const record = JSON.parse(text) as BuildRecord;
  if (record.programs.join() !== programs.join()) return false;
  return (await newest(record.sources)) < record.at;
}

/**
 * Takes the chunks of the last day's builds along: a process that was started from one loads its own later, by their
 * hashed names.
 */
async function keepChunks(from: string, to: string): Promise<void> {
  const old = join(from, 'chunks');
  const names = await readdir(old).catch(() => []);
  const since = Date.now() - KEEP_CHUNKS_MS;
  for (const name of names) {
    if ((await stat(join(old, name))).mtimeMs < since) continue;
    await cp(join(old, name), join(to, 'chunks', name), { force: false, preserveTimestamps: true });
  }
}

/** Puts `made` in the place of `out`; processes that run from the old folder keep their open files. */
async function replace(out: string, made: string): Promise<void> {
  const old = `${made}-old`;
  await rename(out, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  try {
    await rename(made, out);
  } catch (error) {
    // Somebody else's build got there first: it is as good as ours.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
  await rm(old, { recursive: true, force: true });
}
