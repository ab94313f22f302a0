import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../stage/stages.ts';
import type { Rule } from './rule.ts';
import { trackedFiles } from './tracked-files.ts';

/** Every relative link in a Markdown file leads somewhere. */
export const links: Rule = {
  name: 'links',
  async find() {
    const pages = (await trackedFiles()).filter((path) => path.endsWith('.md'));
    const found = await Promise.all(
      pages.map(async (page) => {
        const text = await readFile(join(ROOT, page), 'utf8');
        return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
          .map(([, target = '']) => target)
          .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
          .map((target) => ({ where: page, what: `the link to ${target} leads nowhere` }));
      }),
    );
    return found.flat();
  },
};
