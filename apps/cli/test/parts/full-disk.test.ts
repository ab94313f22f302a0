import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { demoRelease } from './demo-release.ts';

const mayMount = (await execa('unshare', ['--mount', 'true'], { reject: false })).exitCode === 0;

test.skipIf(!mayMount)('a full disk is said plainly, and what was begun is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'full-'));
  const release = await demoRelease(folder);
  const parts = join(folder, 'parts');
  const script = `mkdir "$1" && mount -t tmpfs -o size=128k none "$1" && "$2" --import tsx "$3" "$1" "$4"
    code=$?; ls -A "$1/k6"; exit $code`;
  const args = [parts, process.execPath, join(import.meta.dirname, 'provide-demo.ts'), release.base];
  try {
    const result = await execa('unshare', ['--mount', 'sh', '-c', script, 'sh', ...args], {
      cwd: join(import.meta.dirname, '../..'),
      reject: false,
    });
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('The disk is full');
    expect(await readdir(parts)).toEqual([]);
  } finally {
    await release.close();
    await rm(folder, { recursive: true });
  }
});
