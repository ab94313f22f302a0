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
    const readLinked = async (link: string): Promise<string | null> => {
      const path = join(ROOT, dirname(PAGE), link);
      return existsSync(path) ? await readFile(path, 'utf8') : null;
    };
    return await promisesIn(await readFile(join(ROOT, PAGE), 'utf8'), readLinked);
  },
};

/** What is wrong with the text of the page. `readLinked`: the text of a file that it links, null where there is none. */
export async function promisesIn(
  text: string,
  readLinked: (link: string) => Promise<string | null>,
): Promise<Finding[]> {
  const sections = text.split(/^## /m).slice(1);
  if (sections.length === 0) return [{ where: PAGE, what: 'has no promises' }];
  const found = await Promise.all(sections.map((section, index) => findingsOf(section, index, readLinked)));
  return found.flat();
}

async function findingsOf(
  section: string,
  index: number,
  readLinked: (link: string) => Promise<string | null>,
): Promise<Finding[]> {
  const promise = `P${index + 1}`;
  const [title = ''] = section.split('\n');
  if (!title.startsWith(`${promise} `)) return [{ where: PAGE, what: `"${title}" should be ${promise}` }];
  const links = [...section.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, link = '']) => link);
  const watched = new RegExp(`Watches promises? [^.]*\\b${promise}\\b`);
  const files = await Promise.all(links.map(async (link) => ({ link, text: await readLinked(link) })));
  const missing = files.filter(({ text }) => text === null);
  return [
    ...missing.map(({ link }) => ({ where: PAGE, what: `${promise} links ${link}, which does not exist` })),
    ...(files.some(({ text }) => text !== null && watched.test(text))
      ? []
      : [{ where: PAGE, what: `${promise} links no check that says "Watches promise ${promise}."` }]),
  ];
}
