import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programs } from './programs.ts';

/** Postgres refuses to run as root: then it runs in a user namespace of its own, in which we have another uid. */
async function commandOf(
  program: string,
): Promise<{ file: string; first: string[]; env: NodeJS.ProcessEnv }> {
  const { bin, environment } = await programs();
  const path = join(bin, program);
  const env = { ...process.env, ...environment };
  if (process.getuid?.() !== 0) return { file: path, first: [], env };
  return { file: 'unshare', first: ['-U', '--map-user=1000', '--map-group=1000', '--', path], env };
}

export async function run(program: string, args: readonly string[]): Promise<void> {
  const { file, first, env } = await commandOf(program);
  await promisify(execFile)(file, [...first, ...args], { env, timeout: 60_000 });
}

/**
 * Starts a program that ends with this process, however this ends, and its own processes with it, also those that are
 * stopped (SIGSTOP). As root they have a process namespace of their own for that, and the program is the child's only child.
 */
export async function start(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const { file, first, env } = await commandOf(program);
  const nested = file === 'unshare' ? ['--pid', '--fork', '--kill-child', ...first] : [];
  const [command = '', ...words] = ['setpriv', '--pdeathsig', 'KILL', '--', file, ...nested, ...args];
  return spawn(command, words, { env, ...options });
}

/** The program's own process, once it runs. */
export async function programOf(child: ChildProcess): Promise<number> {
  const { pid = 0 } = child;
  return process.getuid?.() === 0 ? ((await childrenOf(pid))[0] ?? 0) : pid;
}

export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
