import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdLock } from '../../bin/lock.mjs';
import { askVersion } from './ask-version.ts';
import { installed, type Manifest, readCached } from './cache.ts';
import type { InstalledPart, Recipe, Source } from './part.ts';
import { removeFolder } from './remove-folder.ts';
import { codeOf } from './source-failed.ts';

interface Installation {
  readonly recipe: Recipe;
  readonly parts: string;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/**
 * Run `install` while no other process installs this part; if another one has just done so, take what it made.
 * What installations that died have left is removed first.
 */
export async function alone(
  { recipe, parts, signal, say }: Installation,
  install: () => Promise<InstalledPart>,
): Promise<InstalledPart> {
  const folder = join(parts, recipe.name);
  await mkdir(folder, { recursive: true });
  // The lock is known by its folder's path, and more than one may lead there.
  const release = await holdLock(await realpath(folder), {
    signal,
    onWait: () => say('another process is fetching it'),
  });
  try {
    const theirs = await readCached(recipe, parts);
    if (theirs !== null) return theirs;
    await removeLeftovers(folder);
    return await install();
  } finally {
    release();
  }
}

/** Fetch from one source into the cache: the version's folder is there complete, or not at all. */
export async function installFrom(
  source: Source,
  { recipe, parts, signal, say }: Installation,
): Promise<InstalledPart> {
  const folder = join(parts, recipe.name);
  const draft = join(folder, `.${await neighbourhood()}-${randomUUID()}`);
  const content = join(draft, 'content');
  const scratch = join(draft, 'scratch');
  try {
    await mkdir(content, { recursive: true });
    await mkdir(scratch);
    const fetched = await source.fetch({ content, scratch, signal, say });
    const manifest: Manifest = { ...fetched, name: recipe.name, arch: process.arch };
    const part = installed(content, manifest);
    await askVersion({
      program: part.programs[recipe.programs[0]] ?? '',
      arguments: recipe.versionArguments,
      environment: part.environment,
    });
    signal.throwIfAborted();
    await writeFile(join(content, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    const place = join(folder, `${fetched.version}-${source.key}`);
    await publish(content, place);
    return installed(place, manifest);
  } finally {
    await removeFolder(draft);
  }
}

/** One rename. A complete folder that is already there is as good; one without a manifest is none. */
async function publish(content: string, place: string): Promise<void> {
  try {
    await rename(content, place);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
    if (await exists(join(place, 'manifest.json'))) return;
    await removeFolder(place);
    await rename(content, place);
  }
}

/**
 * The lock reaches as far as the network namespace: a draft made in ours, while we hold the lock, has lost its maker.
 * One from elsewhere (a container that shares the cache) is given a day.
 */
async function removeLeftovers(folder: string): Promise<void> {
  const here = await neighbourhood();
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.')) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (name.startsWith(`.${here}-`) || Date.now() - mtimeMs > 86_400_000)
      await removeFolder(join(folder, name));
  }
}

async function neighbourhood(): Promise<string> {
  if (process.platform !== 'linux') return 'host';
  return (await readlink('/proc/self/ns/net')).replaceAll(/\D/g, '');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
