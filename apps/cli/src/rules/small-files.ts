import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';
import { trackedFiles } from './tracked-files.ts';

const MOST_LINES = 320;
const FORBIDDEN_NAMES = /^(utils?|helpers?|common|misc|manager|service)\.ts$/;

/** A source file does one thing: it stays small, and its name says which. */
export const smallFiles: Rule = {
  name: 'small files',
  async find() {
    const sources = (await trackedFiles()).filter(
      (path) => /\.(ts|mjs|sh)$/.test(path) && existsSync(join(ROOT, path)),
    );
    const findings = await Promise.all(
      sources.map(async (path): Promise<Finding[]> => {
        const name = path.split('/').at(-1) ?? path;
        const lines = (await readFile(join(ROOT, path), 'utf8')).split('\n').length;
        return [
          ...(lines > MOST_LINES
            ? [{ where: path, what: `has ${lines} lines, at most ${MOST_LINES}: split it` }]
            : []),
          ...(FORBIDDEN_NAMES.test(name)
            ? [{ where: path, what: 'is named after nothing in particular' }]
            : []),
        ];
      }),
    );
    return findings.flat();
  },
};
