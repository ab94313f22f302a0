import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { build } from '../../src/build/index.ts';
import { built } from '../serve/programs.ts';

it('builds every stage, the mail box and the commands, and returns at once when nothing changed', async () => {
  const out = await built();
  expect((await readdir(out)).sort()).toEqual([
    '1-single-server',
    '2-split-database',
    '3-load-balancer',
    '4-read-replicas',
    '5-cache',
    '6-cdn',
    '7-multi-region',
    '8-queue',
    '9-sharding',
    'admin',
    'build.json',
    'mailbox',
    'reference',
  ]);
  const before = await readFile(join(out, 'build.json'), 'utf8');
  const started = performance.now();
  await build({ out, site: false });
  expect(performance.now() - started).toBeLessThan(50);
  expect(await readFile(join(out, 'build.json'), 'utf8')).toBe(before);
});

it('makes programs that run from anywhere without node_modules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tickets build with spaces '));
  await cp(await built(), folder, { recursive: true });
  const script = join(folder, 'admin/clones.mjs');
  const failed = promisify(execFile)(process.execPath, [script, 'list'], { cwd: '/', env: { PORT: '1' } });
  await expect(failed).rejects.toThrow('no clones run on this box');
  await rm(folder, { recursive: true });
});
