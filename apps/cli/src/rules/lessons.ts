import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { blocksOf } from '../lesson/blocks.ts';
import { allPages, type Page } from '../lesson/page.ts';
import { readRecording } from '../lesson/recording.ts';
import { ROOT } from '../stage/stages.ts';
import { VERBS } from '../verbs/index.ts';
import type { Finding, Rule } from './rule.ts';

/** A lesson's outputs are its recording's, letter for letter, and the commands it names exist. */
export const lessons: Rule = {
  name: 'lessons',
  async find() {
    const found = await Promise.all((await allPages()).map(pageFindings));
    return found.flat();
  },
};

async function pageFindings({ name, path }: Page): Promise<Finding[]> {
  if (!existsSync(path)) return [];
  const where = relative(ROOT, path);
  const text = await readFile(path, 'utf8');
  const recording = await readRecording(name);
  return [...recordingFindings(text, where, recording?.runs ?? []), ...(await verbFindings(text, where))];
}

function recordingFindings(
  lesson: string,
  where: string,
  runs: readonly { command: string; output: string }[],
): Finding[] {
  return blocksOf(lesson).flatMap(({ command, output }, index) => {
    const run = runs[index];
    // Not recorded yet: no output, so no figure that could be made up.
    if (output === '' || (run?.command === command && run.output === output)) return [];
    return [
      { where, what: `the output of "${command}" is not the recorded one: pnpm stage N lesson --record` },
    ];
  });
}

async function verbFindings(lesson: string, where: string): Promise<Finding[]> {
  const scenarios = `${ROOT}/loadtests`;
  return [...lesson.matchAll(/pnpm stage (?:\d|N|all) ([a-z]+)(?: ([a-z]+))?/g)].flatMap(
    ([text, verb = '', argument]) => {
      if (!(verb in VERBS)) return [{ where, what: `"${text}" names no verb that there is` }];
      if (verb === 'load' && argument && !existsSync(join(scenarios, `${argument}.ts`)))
        return [{ where, what: `"${text}" names no scenario that there is` }];
      return [];
    },
  );
}
