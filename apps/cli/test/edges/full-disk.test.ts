import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const mayMount = (await execa('unshare', ['--mount', 'true'], { reject: false })).exitCode === 0;

test.skipIf(!mayMount)(
  'an edge whose disk is full answers all the same, whole, and keeps nothing',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'full-edge-'));
    const script = 'mount -t tmpfs -o size=16m none "$1" && exec "$2" --import tsx "$3" "$1"';
    const program = join(import.meta.dirname, 'full-disk-edge.ts');
    try {
      const { stdout } = await execa(
        'unshare',
        ['--mount', 'sh', '-c', script, 'sh', folder, process.execPath, program],
        {
          cwd: join(import.meta.dirname, '../..'),
          timeout: 60_000,
        },
      );
      const seen = JSON.parse(stdout) as {
        before: string;
        room: boolean;
        full: { status: number; bytes: number }[];
      };
      expect(seen).toMatchObject({ before: 'MISS', room: false });
      expect(seen.full).toEqual(
        Array.from({ length: 20 }, () => ({ status: 200, bytes: 65_536, cache: 'MISS' })),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  90_000,
);
