import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { cacheFolder } from '../cache.ts';
import type { Fetched, InstalledPart, PartName, Recipe } from './part.ts';
import { codeOf } from './source-failed.ts';

/** What lies in a version's folder as `manifest.json`, written last: a folder without one is not a part. */
export interface Manifest extends Fetched {
  readonly name: PartName;
  readonly arch: string;
}

/** Where fetched parts live, outside the checkout so that clones share them. */
export function partsFolder(): string {
  return cacheFolder('parts');
}

/** The newest fitting version in the cache; its manifest is trusted, nothing is run. */
export async function readCached(recipe: Recipe, parts: string): Promise<InstalledPart | null> {
  const folder = join(parts, recipe.name);
  const entries = await namesIn(folder);
  const versions = entries.filter((entry) => /^\d/.test(entry));
  const found = await Promise.all(versions.map((entry) => readManifest(join(folder, entry))));
  const fitting = found
    .flatMap((entry) => (entry === null ? [] : [entry]))
    .filter(({ manifest }) => fits(manifest.version, recipe) && manifest.arch === process.arch)
    .sort((a, b) => semver.rcompare(versionOf(a.manifest.version), versionOf(b.manifest.version)));
  const best = fitting[0];
  return best === undefined ? null : installed(best.folder, best.manifest);
}

export function installed(folder: string, manifest: Manifest): InstalledPart {
  const programs = Object.entries(manifest.programs).map(([name, path]) => [name, join(folder, path)]);
  const libraries = manifest.libraries.map((path) => join(folder, path)).join(':');
  return {
    name: manifest.name,
    version: manifest.version,
    source: manifest.source,
    programs: Object.fromEntries(programs),
    environment: libraries === '' ? {} : { LD_LIBRARY_PATH: libraries },
  };
}

/** Is this version new enough? Debian's `2.6.12-1+deb12u4` and npm's `18.4.0-beta.17` count as 2.6.12 and 18.4.0. */
export function fits(version: string, recipe: Pick<Recipe, 'minimum'>): boolean {
  return semver.gte(versionOf(version), versionOf(recipe.minimum));
}

function versionOf(text: string): semver.SemVer {
  return semver.coerce(text) ?? new semver.SemVer('0.0.0');
}

async function readManifest(folder: string): Promise<{ folder: string; manifest: Manifest } | null> {
  try {
    const text = await readFile(join(folder, 'manifest.json'), 'utf8');
    return { folder, manifest: JSON.parse(text) as Manifest };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
