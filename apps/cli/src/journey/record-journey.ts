import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { ROOT } from '../stage/stages.ts';
import { writeWhole } from '../write-whole.ts';
import type { Journey } from './record.ts';

/** Where the journey is kept that texts and forecasts take their figures from; relative to the checkout. */
export const RECORD = 'docs/results/journey.json';

/** The report of it, for people. */
const REPORT = 'docs/results/journey.md';

/**
 * Makes a journey the one that the project's texts take their figures from, and keeps its report beside it.
 *
 * @param markdown the file that the report was written to
 * @throws Failure when it is void: such figures do not belong there.
 */
export async function recordJourney(journey: Journey, markdown: string): Promise<string> {
  const void_ = journey.stages.filter(({ valid }) => !valid).map(({ stage }) => stage);
  if (void_.length > 0)
    throw new Failure(`Not recorded, for it is void: stage ${void_.join(', ')}.`, {
      next: '`pnpm stage all journey --resume --record` measures these again.',
    });
  const path = join(ROOT, RECORD);
  await writeWhole(join(ROOT, REPORT), await readFile(markdown, 'utf8'));
  await writeWhole(path, `${JSON.stringify(journey, null, 2)}\n`);
  return path;
}
