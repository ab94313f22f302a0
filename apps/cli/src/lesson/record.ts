import { readFile, writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { ROOT } from '../stage/stages.ts';
import { blocksOf, withOutputs } from './blocks.ts';
import type { Page } from './page.ts';
import { type RecordedRun, type Recording, readRecording, writeRecording } from './recording.ts';

/** No command of a lesson takes longer. */
const COMMAND_DEADLINE_MS = 300_000;
/** `pnpm stage …` and `pnpm bench …` are run by this checkout's own entries, whether or not pnpm is installed. */
const PNPM = `pnpm() { local entry="$1"; shift; "$NODE" "apps/cli/bin/$entry.mjs" "$@"; }`;

export interface RecordOptions {
  readonly commit: string;
  /** Only what an earlier recording left empty; none of these may rest on what the commands before it did. */
  readonly missing: boolean;
  readonly onCommand: (command: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Run a lesson's commands one after another and put what they print into the lesson and into its recording. What could
 * not run or was void twice (exit 2) is left empty there: such figures do not belong into a lesson.
 *
 * @throws Failure naming what was left empty, when the rest is written; or when there is nothing to go on with.
 */
export async function recordPage({ name, path }: Page, options: RecordOptions): Promise<Recording> {
  const lesson = await readFile(path, 'utf8');
  const commands = blocksOf(lesson).map(({ command }) => command);
  const earlier = options.missing ? await recordedBefore(name, commands) : null;
  const runs: RecordedRun[] = [];
  const leftEmpty: string[] = [];
  const recordedAt = new Date().toISOString();
  for (const [index, command] of commands.entries()) {
    const known = earlier?.runs[index];
    if (known !== undefined && known.output !== '') {
      runs.push(known);
      continue;
    }
    let run = await recordOne(command, options);
    // A measurement that the machine spoiled is taken once more.
    if (isVoid(run)) run = await recordOne(command, options);
    if (isVoid(run)) {
      leftEmpty.push(`"${command}" ended with ${run.code}: ${run.output.slice(-300)}`);
      run = { ...run, output: '' };
    }
    runs.push(earlier === null ? run : { ...run, recordedAt, commit: options.commit });
  }
  const recording: Recording = {
    page: name,
    recordedAt: earlier?.recordedAt ?? recordedAt,
    commit: earlier?.commit ?? options.commit,
    runs,
  };
  await writeRecording(name, recording);
  await writeFile(
    path,
    withOutputs(
      lesson,
      runs.map((run) => run.output),
    ),
  );
  if (leftEmpty.length > 0)
    throw new Failure(`Left empty, for it was void:\n${leftEmpty.join('\n')}`, {
      where: path,
      next: 'The rest is recorded; --record --missing takes these alone once more.',
    });
  return recording;
}

async function recordedBefore(name: string, commands: readonly string[]): Promise<Recording> {
  const found = await readRecording(name);
  if (found !== null && commands.every((command, index) => found.runs[index]?.command === command))
    return found;
  throw new Failure(`There is no recording of ${name} with the commands that it has now.`, {
    next: 'Record the whole page: leave out --missing.',
  });
}

/** Void, or not run at all; a command that ends by waiting for another hides its status. */
function isVoid({ code, output }: RecordedRun): boolean {
  return code > 1 || /^VOID$/m.test(output);
}

async function recordOne(
  command: string,
  options: { onCommand: (command: string) => void; signal: AbortSignal },
): Promise<RecordedRun> {
  options.onCommand(command);
  const result = await execa('bash', ['-c', `${PNPM}\n${command}`], {
    cwd: ROOT,
    env: { NODE: process.execPath, NO_COLOR: '1', FORCE_COLOR: '0' },
    all: true,
    reject: false,
    timeout: COMMAND_DEADLINE_MS,
    cancelSignal: options.signal,
  });
  options.signal.throwIfAborted();
  const code = result.exitCode ?? 2;
  const output = tidy(/--json|2>/.test(command) ? result.stdout : result.all);
  return { command, code, output };
}

/** As a reader wants to see it: no colour codes, no blank edge, this machine's paths relative to the checkout. */
function tidy(text: string): string {
  const plain = stripVTControlCharacters(text)
    .replaceAll(`${ROOT}/`, '')
    // At the end of a line, where a page keeps none: HTTP's headers have them.
    .replaceAll(/[ \t\r]+$/gm, '');
  return `${plain.replace(/^\n+|\n+$/g, '')}\n`;
}
