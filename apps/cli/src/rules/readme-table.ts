import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listStages, ROOT, readStage } from '../stage/stages.ts';
import type { Rule } from './rule.ts';

/** The README's table of stages says what the compose files say. */
export const readmeTable: Rule = {
  name: 'README table',
  async find() {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const missing = (await stageRows()).filter((row) => !readme.includes(row));
    return missing.map((row) => ({
      where: 'README.md',
      what: `the table of stages lacks this row:\n  ${row}`,
    }));
  },
};

/** A Markdown row per stage, from its x-stage block; what it gains is the business of the rule `figures`. */
async function stageRows(): Promise<string[]> {
  return Promise.all(
    (await listStages()).map(async ({ number, name }) => {
      const { facts } = await readStage(number);
      return `| ${number} | [${facts.title}](stages/${name}/README.md) | ${facts.users} | ${facts.bottleneck} | ${facts.cure} | ${number === 1 ? '– |' : `<!-- figure ${number}.gain -->`}`;
    }),
  );
}
