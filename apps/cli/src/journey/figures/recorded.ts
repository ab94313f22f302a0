import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Page } from '../../lesson/page.ts';
import { ROOT } from '../../stage/stages.ts';
import type { Journey } from '../record.ts';
import { RECORD } from '../record-journey.ts';
import { withFigures } from './marks.ts';

/**
 * The recorded journey; null: there is none yet.
 *
 * @throws Failure when the file is not one.
 */
export async function recordedJourney(path: string = join(ROOT, RECORD)): Promise<Journey | null> {
  if (!existsSync(path)) return null;
  try {
    const journey = JSON.parse(await readFile(path, 'utf8')) as Journey;
    if (!Array.isArray(journey.stages)) throw new TypeError('it has no stages');
    return journey;
  } catch (error) {
    throw new Failure(`The recorded journey cannot be read: ${(error as Error).message}.`, {
      where: relative(ROOT, path),
      next: 'Take it from version control again, or record a new one.',
      cause: error,
    });
  }
}

/** Writes the journey's figures into the pages that state some, and tells which of them changed by it. */
export async function fillFigures(pages: readonly Page[], journey: Journey | null): Promise<Page[]> {
  const changed: Page[] = [];
  for (const page of pages) {
    const text = await readFile(page.path, 'utf8');
    const filled = withFigures(text, journey);
    if (filled === text) continue;
    await writeFile(page.path, filled);
    changed.push(page);
  }
  return changed;
}
