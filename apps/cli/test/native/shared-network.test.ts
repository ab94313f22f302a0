import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';

const CLI = join(ROOT, 'apps/cli/bin/stage.mjs');
/** In a mount namespace of its own, this machine has no program that sets up a network. */
const WITHOUT_IP = 'mount --bind /dev/null "$(readlink -f "$(command -v ip)")" && exec "$@"';

it.runIf(process.getuid?.() === 0)(
  'refuses to start root’s stack where it cannot have a network of its own, and names the way to insist',
  async () => {
    const up = [process.execPath, CLI, '2', 'up', '--slot', '8', '--runtime', 'native'];
    // No stack runs in a network that this one could join.
    const folder = await mkdtemp(join(tmpdir(), 'alone-'));
    const { exitCode, stderr } = await execa('unshare', ['--mount', 'sh', '-c', WITHOUT_IP, 'sh', ...up], {
      env: { SCALING_SHARED_NETWORK: '', TMPDIR: folder },
      reject: false,
    });
    expect(stderr).toContain('Stacks cannot have a network of their own here.');
    expect(stderr).toContain('SCALING_SHARED_NETWORK=yes');
    expect(exitCode).toBe(2);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  },
);
