import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.ts';
import { isAlive } from '../is-alive.ts';

/** One `up` (or what `doing` says) of a stack at a time, by a file at `path`. Returns what gives the lock back. @throws Failure when another one runs. */
export async function lockStack(
  path: string,
  stage: number,
  doing = 'being started',
): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  const take = () => writeFile(path, String(process.pid), { flag: 'wx' });
  await take().catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (isAlive(holder)) {
      throw new Failure(`Stage ${stage} is ${doing} already, by process ${holder}.`, {
        next: 'Wait for it, or end that process.',
        cause,
      });
    }
    await rm(path, { force: true });
    await take();
  });
  return () => rm(path, { force: true });
}
