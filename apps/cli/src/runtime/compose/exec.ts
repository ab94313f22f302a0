import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import type { ExecResult, StackId } from '../runtime.ts';
import { engineEnvironment } from './project.ts';
import { containerOf, stackOf } from './stack.ts';

const LIMIT_MS = 60_000;

export interface ExecOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Run a command inside a box. @throws Failure when the box stands still or the command does not end in time. */
export async function exec(
  id: StackId,
  box: string,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const container = containerOf(await stackOf(id), box);
  if (container.State.Status !== 'running')
    throw new Failure(`${box} is not running.`, {
      next: `Start it: \`pnpm stage ${id.stage} heal ${box}\`.`,
    });
  return execIn(container.Id, argv, options);
}

export async function execIn(
  container: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const limitMs = options.timeoutMs ?? LIMIT_MS;
  const ended = await execa('docker', ['exec', '--interactive', container, ...argv], {
    env: engineEnvironment(),
    reject: false,
    timeout: limitMs,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  if (ended.timedOut) throw new Failure(`\`${argv.join(' ')}\` did not end within ${limitMs / 1000} s.`);
  if (ended.exitCode === undefined) throw ended;
  return { code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
}
