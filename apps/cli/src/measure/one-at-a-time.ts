import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { isAlive } from '../is-alive.ts';
import { STACKS } from '../stage/stages.ts';

/**
 * Runs a measurement that wants the whole machine and boots stacks of its own: one at a time. A lock whose process
 * has died counts for nothing.
 *
 * @throws Failure naming the process that measures already.
 */
export async function oneAtATime<T>(measure: () => Promise<T>): Promise<T> {
  await mkdir(STACKS, { recursive: true });
  const path = join(STACKS, 'measuring.lock');
  await take(path);
  try {
    return await measure();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<void> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(holder)) {
      throw new Failure(
        'Another comparison or demo is being measured; two at once would measure each other.',
        {
          where: `process ${holder}`,
          next: 'Wait for it, or end it with Ctrl-C.',
          cause,
        },
      );
    }
    await rm(path, { force: true });
    await take(path);
  }
}
