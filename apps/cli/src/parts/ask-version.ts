import { execa } from 'execa';
import { SourceFailed } from './source-failed.ts';

interface Question {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Run a program to learn its version: proves that it starts on this machine, too.
 * @throws SourceFailed when it does not start or says no version within 10 s.
 */
export async function askVersion(question: Question): Promise<string> {
  const { stdout, stderr, failed } = await execa(question.program, question.arguments, {
    env: { ...question.environment },
    stdin: 'ignore',
    timeout: 10_000,
    reject: false,
  });
  // nginx tells its version on standard error.
  const version = /\d+\.\d+[^\s,)"]*/.exec(stdout || stderr || '')?.[0];
  if (failed || version === undefined) {
    const words = (stderr ?? '').trim().split('\n')[0];
    throw new SourceFailed(`${question.program} does not run here${words ? `: ${words}` : ''}`);
  }
  return version;
}
