import { chmod, lstat, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makePrivateFolder } from '../../src/runtime/native/private-folder.ts';

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'private-'));
  path = join(parent, 'sockets');
});

afterEach(() => rm(parent, { recursive: true, force: true }));

it('makes a folder that only its owner may enter', async () => {
  await makePrivateFolder(path);
  expect((await lstat(path)).mode & 0o777).toBe(0o700);
});

it('closes a folder of its owner that others could enter', async () => {
  await mkdir(path);
  await chmod(path, 0o755);
  await makePrivateFolder(path);
  expect((await lstat(path)).mode & 0o777).toBe(0o700);
});

it('refuses a folder to which others could write', async () => {
  await mkdir(path);
  await chmod(path, 0o777);
  await expect(makePrivateFolder(path)).rejects.toThrow('it cannot be trusted');
});

it('refuses a link to another folder', async () => {
  await symlink(parent, path);
  await expect(makePrivateFolder(path)).rejects.toThrow('it cannot be trusted');
});

it.runIf(process.getuid?.() === 0)('refuses a folder that another user made', async () => {
  await mkdir(path, { mode: 0o700 });
  const { chown } = await import('node:fs/promises');
  await chown(path, 65_534, 65_534);
  await expect(makePrivateFolder(path)).rejects.toThrow('it cannot be trusted');
});
