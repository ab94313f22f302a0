import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyPrimary } from '../../src/runtime/native/supervisor/copy-primary.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copy-primary-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('copies the histories of all timelines, which a replica may ask the copy for once it leads, and no log', async () => {
  const source = join(folder, 'primary');
  await mkdir(join(source, 'pg_wal'), { recursive: true });
  await mkdir(join(source, 'base'));
  const names = ['00000002.history', '00000003.history', '000000030000000000000007'];
  for (const name of names) await writeFile(join(source, 'pg_wal', name), name);
  await writeFile(join(source, 'base', '1'), 'a table');
  const primary = {
    query: () => Promise.resolve({ rows: [{ data_directory: source, labelfile: 'a label' }] }),
  } as unknown as pg.Client;
  await copyPrimary(primary, join(folder, 'copy'));
  expect((await readdir(join(folder, 'copy', 'pg_wal'))).sort()).toEqual(names.slice(0, 2));
  expect(await readdir(join(folder, 'copy', 'base'))).toEqual(['1']);
});
