import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slowerVersion } from '../../src/bench/gate/slower-version.ts';
import { installVersion } from '../../src/check/install-version.ts';
import { ROOT, readStage } from '../../src/stage/stages.ts';

const { signal } = new AbortController();
const quietly = { signal, onProgress: () => undefined };

describe('another version', () => {
  it.each(['no-such-branch', '--help', 'HEAD:README.md'])(
    '"%s" is refused before anything is made',
    async (ref) => {
      await expect(installVersion(ref, quietly)).rejects.toMatchObject({
        message: `There is no version "${ref}" in this repository.`,
      });
    },
  );

  it('that lacks a stage says so, naming where it was looked for', async () => {
    await expect(readStage(12, {}, ROOT)).rejects.toThrow('There is no stage 12.');
  });

  it('made slower is this working tree but for the CPU it burns', async () => {
    const root = await slowerVersion('slower-test', 200, signal);
    try {
      expect(await readFile(join(root, 'apps/tickets/src/burn.ts'), 'utf8')).toContain('used() + 200');
      expect(existsSync(join(root, 'apps/tickets/node_modules/express/package.json'))).toBe(true);
      const own = await readFile(join(ROOT, 'stages/boxes.yaml'), 'utf8');
      expect(await readFile(join(root, 'stages/boxes.yaml'), 'utf8')).toBe(own);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
