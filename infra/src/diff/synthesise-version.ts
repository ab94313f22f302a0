import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installVersion } from '@scaling/cli/check/install-version';
import { Failure } from '@scaling/cli/failure';
import { execa } from 'execa';

const LIMIT_MS = 120_000;
const MAIN = 'infra/bin/infra.mjs';

/**
 * What another version of the project synthesises, in a folder of its own that is removed after `use`: that version's code
 * and data, in a process of its own.
 *
 * @throws Failure when there is no such version, or it cannot.
 */
export async function withVersion<T>(
  ref: string,
  signal: AbortSignal,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const onProgress = (what: string): void => void process.stderr.write(`${what}\n`);
  const { root } = await installVersion(ref, { signal, onProgress });
  if (!existsSync(join(root, MAIN)))
    throw new Failure(`Version ${ref} has nothing that could be synthesised.`, {
      next: 'Choose a later one.',
    });
  const folder = await mkdtemp(join(tmpdir(), 'infra-'));
  try {
    const { exitCode, all } = await execa('node', [join(root, MAIN), 'synth', '--to', join(folder, 'out')], {
      cwd: root,
      all: true,
      reject: false,
      timeout: LIMIT_MS,
      cancelSignal: signal,
    });
    signal.throwIfAborted();
    if (exitCode !== 0)
      throw new Failure(`Version ${ref} cannot be synthesised.`, {
        where: all.trim().split('\n').slice(-5).join('\n'),
      });
    return await use(join(folder, 'out'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
