import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';

const PAGE = 'docs/promises.md';

/** Promises are numbered from 1 without a gap, and each one links a check that says "Watches promise N". */
export const promises: Rule = {
  name: 'promises',
  async find() {
    const text = await readFile(join(ROOT, PAGE), 'utf8');
    const sections = text.split(/^## /m).slice(1);
    const found = await Promise.all(sections.map(findingsOf));
    return found.flat();
  },
};

async function findingsOf(section: string, index: number): Promise<Finding[]> {
  const promise = `P${index + 1}`;
  const [title = ''] = section.split('\n');
  if (!title.startsWith(`${promise} `)) return [{ where: PAGE, what: `"${title}" should be ${promise}` }];
  const links = [...section.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, link = '']) => link);
  const watched = new RegExp(`Watches promises? [^.]*\\b${promise}\\b`);
  for (const link of links) {
    const path = join(ROOT, dirname(PAGE), link);
    if (existsSync(path) && watched.test(await readFile(path, 'utf8'))) return [];
  }
  return [{ where: PAGE, what: `${promise} links no check that says "Watches promise ${promise}."` }];
}
