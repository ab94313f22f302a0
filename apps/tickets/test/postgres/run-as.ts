import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
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

export async function start(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const { file, first, env } = await commandOf(program);
  return spawn(file, [...first, ...args], { env, ...options });
}
