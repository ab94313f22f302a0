import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';
import { trackedFiles } from './tracked-files.ts';

const MOST_LINES = 25;

/** A stage's program names its parts and wires them: it can be read at a glance, and so can its diff to the stage before. */
export const presets: Rule = {
  name: 'presets',
  async find() {
    const programs = (await trackedFiles()).filter(isPreset);
    const findings = await Promise.all(
      programs.map(async (path) => longPreset(path, await readFile(join(ROOT, path), 'utf8'))),
    );
    return findings.flat();
  },
};

/** Whether the path is that of a stage's program. */
export function isPreset(path: string): boolean {
  return /^stages\/\d-[^/]+\/[^/]+\.ts$/.test(path);
}

/** What is wrong with a stage's program, if anything is. */
export function longPreset(path: string, text: string): Finding[] {
  const lines = text.trimEnd().split('\n').length;
  if (lines <= MOST_LINES) return [];
  return [
    { where: path, what: `has ${lines} lines, at most ${MOST_LINES}: move what is not wiring to the shop` },
  ];
}
