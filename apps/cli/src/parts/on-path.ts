import { access, constants, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { askVersion } from './ask-version.ts';
import { fits } from './cache.ts';
import type { InstalledPart, Recipe } from './part.ts';
import { codeOf, SourceFailed } from './source-failed.ts';

/** What a program said about itself, by path; holds while size and time of the file stay the same. */
type Memory = Record<string, { size: number; mtimeMs: number; version: string | null }>;

/** Whether the machine has the part already; if not, why not, for the list of sources tried. */
export type OnPath =
  | { readonly state: 'found'; readonly part: InstalledPart }
  | { readonly state: 'missing'; readonly why: string };

/**
 * Look for a fitting version on PATH and in the recipe's own folders. A program is asked its version once and then
 * remembered in the parts' cache, so that later calls only look at files.
 */
export async function findOnPath(recipe: Recipe, parts: string): Promise<OnPath> {
  const folders = [...pathFolders(), ...(await recipe.folders())];
  const memoryFile = join(parts, recipe.name, 'on-path.json');
  const memory = await readMemory(memoryFile);
  const tooOld: string[] = [];
  for (const folder of new Set(folders)) {
    const programs = await programsIn(folder, recipe.programs);
    if (programs === null) continue;
    const [main] = recipe.programs;
    const version = await versionOf(programs[main] ?? '', recipe, { memory, memoryFile });
    if (version !== null && fits(version, recipe)) {
      const source = `PATH (${programs[main]})`;
      return { state: 'found', part: { name: recipe.name, version, source, programs, environment: {} } };
    }
    tooOld.push(`${programs[main]} ${version === null ? 'does not run' : `is ${version}`}`);
  }
  const why = tooOld.length > 0 ? tooOld.join(', ') : `no ${recipe.programs.join(', ')}`;
  return { state: 'missing', why };
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
}

/** All of the part's programs in one folder, through links to where they lie together; null if one is missing. */
async function programsIn(folder: string, names: Recipe['programs']): Promise<Record<string, string> | null> {
  try {
    const home = dirname(await realpath(join(folder, names[0])));
    const paths = await Promise.all(names.map((name) => executable([join(home, name), join(folder, name)])));
    return Object.fromEntries(names.map((name, index) => [name, paths[index] ?? '']));
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}

async function executable([first, second]: [string, string]): Promise<string> {
  try {
    await access(first, constants.X_OK);
    return first;
  } catch {
    await access(second, constants.X_OK);
    return second;
  }
}

async function versionOf(
  program: string,
  recipe: Recipe,
  { memory, memoryFile }: { memory: Memory; memoryFile: string },
): Promise<string | null> {
  const { size, mtimeMs } = await stat(program);
  const known = memory[program];
  if (known !== undefined && known.size === size && known.mtimeMs === mtimeMs) return known.version;
  let version: string | null;
  try {
    version = await askVersion({ program, arguments: recipe.versionArguments });
  } catch (error) {
    if (!(error instanceof SourceFailed)) throw error;
    return null;
  }
  memory[program] = { size, mtimeMs, version };
  await remember(memoryFile, memory);
  return version;
}

async function readMemory(file: string): Promise<Memory> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Memory;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) !== undefined) return {};
    throw error;
  }
}

/** A cache that cannot be written only costs time here: the program is asked again next time. */
async function remember(file: string, memory: Memory): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, JSON.stringify(memory));
    await rename(draft, file);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}
