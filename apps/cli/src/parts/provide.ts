import { Failure } from '../failure.ts';
import { partsFolder, readCached } from './cache.ts';
import { alone, installFrom } from './install.ts';
import { findOnPath } from './on-path.ts';
import type { InstalledPart, PartName, Recipe } from './part.ts';
import { recipes } from './recipes.ts';
import { codeOf, isDiskFull, SourceFailed } from './source-failed.ts';

export interface ProvideOptions {
  /** One short line each time something begins. */
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The part if it is on PATH in a fitting version or in the cache; no network. */
export async function findPart(name: PartName): Promise<InstalledPart | null> {
  return find(recipes[name], partsFolder());
}

/**
 * The part, fetched into the cache if need be.
 * @throws Failure naming every source tried and why it failed, when there is no way to get it.
 */
export async function providePart(name: PartName, options: ProvideOptions = {}): Promise<InstalledPart> {
  return provide(recipes[name], partsFolder(), options);
}

/** Several parts at once. The first failure cancels the others and is thrown when they have ended. */
export async function provideParts<Name extends PartName>(
  names: readonly Name[],
  options: Omit<ProvideOptions, 'onProgress'> & { onProgress?: (name: Name, text: string) => void } = {},
): Promise<Record<Name, InstalledPart>> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  let first: { error: unknown } | undefined;
  const provided = await Promise.all(
    names.map(async (name) => {
      try {
        const part = await providePart(name, {
          signal,
          onProgress: (text) => options.onProgress?.(name, text),
        });
        return [[name, part]];
      } catch (error) {
        first ??= { error };
        stop.abort(error);
        return [];
      }
    }),
  );
  if (first !== undefined) throw first.error;
  return Object.fromEntries(provided.flat()) as Record<Name, InstalledPart>;
}

/** As `findPart`, for any recipe and cache. */
export async function find(recipe: Recipe, parts: string): Promise<InstalledPart | null> {
  const onPath = await findOnPath(recipe, parts);
  return onPath.state === 'found' ? onPath.part : readCached(recipe, parts);
}

/** As `providePart`, for any recipe and cache. */
export async function provide(
  recipe: Recipe,
  parts: string,
  options: ProvideOptions,
): Promise<InstalledPart> {
  const onPath = await findOnPath(recipe, parts);
  if (onPath.state === 'found') return onPath.part;
  const cached = await readCached(recipe, parts);
  if (cached !== null) return cached;

  const signal = options.signal ?? new AbortController().signal;
  const say = options.onProgress ?? (() => undefined);
  const job = { recipe, parts, signal, say };
  try {
    return await alone(job, async () => {
      const tried = [`PATH: ${onPath.why}`];
      for (const source of recipe.sources) {
        say(source.label);
        try {
          return await installFrom(source, job);
        } catch (error) {
          signal.throwIfAborted();
          if (isDiskFull(error) || !isExpected(error)) throw error;
          tried.push(`${source.label}: ${(error as Error).message}`);
          say(`${source.label} failed: ${(error as Error).message}`);
        }
      }
      throw nowhere(recipe, tried);
    });
  } catch (error) {
    throw cacheTrouble(error, recipe, parts) ?? error;
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof SourceFailed || codeOf(error) !== undefined;
}

function nowhere(recipe: Recipe, tried: readonly string[]): Failure {
  const list = tried.map((line) => `  ${line}\n`).join('');
  return new Failure(
    `${recipe.name} (${recipe.minimum} or newer) is not here, and no source has it:\n${list}`,
    {
      next: `Check the connection and try again, or install it yourself: ${recipe.byHand}.`,
    },
  );
}

/** The cache's own troubles in words for people; null for anything else. */
function cacheTrouble(error: unknown, recipe: Recipe, parts: string): Failure | null {
  if (isDiskFull(error)) {
    return new Failure(`The disk is full: ${recipe.name} could not be put into the cache.`, {
      where: parts,
      next: 'Make room (2 GB, of which 0.2 GB stay taken), or point XDG_CACHE_HOME at another disk.',
    });
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) {
    return new Failure(`The cache of parts cannot be written (${codeOf(error)}).`, {
      where: parts,
      next: 'Make it writable, or point XDG_CACHE_HOME at a folder of your own.',
      cause: error,
    });
  }
  return null;
}
