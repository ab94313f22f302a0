import { Failure } from '@scaling/cli/failure';
import { execa } from 'execa';
import type { z } from 'zod';

const LIMIT_MS = 300_000;

/** A linter that tells what it finds as JSON, whatever its exit status. */
export interface Linter<T> {
  readonly name: string;
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly report: z.ZodType<T>;
}

/** Its report. @throws Failure with its last words when it has none. */
export async function runLinter<T>(
  { name, file, argv, cwd, env = {}, report }: Linter<T>,
  signal: AbortSignal,
): Promise<T> {
  const { stdout, stderr } = await execa(file, argv, {
    cwd,
    env,
    reject: false,
    timeout: LIMIT_MS,
    cancelSignal: signal,
    maxBuffer: 64 * 2 ** 20,
  });
  signal.throwIfAborted();
  try {
    return report.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Failure(`${name} did not say what it found.`, {
      where: (stderr.trim() || stdout.trim()).split('\n').slice(-3).join('\n'),
      cause,
    });
  }
}
