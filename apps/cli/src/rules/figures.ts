import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { Failure } from '../failure.ts';
import { wrongMarks } from '../journey/figures/marks.ts';
import { recordedJourney } from '../journey/figures/recorded.ts';
import type { Journey } from '../journey/record.ts';
import { allPages } from '../lesson/page.ts';
import { ROOT } from '../stage/stages.ts';
import type { Rule } from './rule.ts';

/** What README and lessons mark as measured is what the recorded journey says. */
export const figures: Rule = {
  name: 'figures',
  async find() {
    let journey: Journey | null;
    try {
      journey = await recordedJourney();
    } catch (error) {
      if (error instanceof Failure) return [{ where: error.where ?? '', what: error.message }];
      throw error;
    }
    const pages = (await allPages()).filter(({ path }) => existsSync(path));
    const found = await Promise.all(
      pages.map(async ({ path }) =>
        wrongMarks(await readFile(path, 'utf8'), journey).map(({ line, what }) => ({
          where: `${relative(ROOT, path)}:${line}`,
          what: `${what}. \`pnpm stage lesson --figures\` writes what is recorded`,
        })),
      ),
    );
    return found.flat();
  },
};
