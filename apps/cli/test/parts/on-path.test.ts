import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findOnPath } from '../../src/parts/on-path.ts';
import { demoRecipe } from './demo-recipe.ts';

const recipe = demoRecipe('http://127.0.0.1:1');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'on-path-'));
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A program that says its version and notes each time that it is asked. */
async function program(version: string): Promise<string> {
  const path = join(folder, 'demo-part');
  await writeFile(path, `#!/bin/sh\necho asked >> '${folder}/asked'\necho 'demo-part v${version} (linux)'\n`);
  await chmod(path, 0o755);
  return path;
}

const timesAsked = async (): Promise<number> =>
  (await readFile(join(folder, 'asked'), 'utf8')).split('\n').length - 1;

test('a fitting version on PATH is taken, and asked its version once only', async () => {
  const path = await program('1.4.0');
  const part = { name: 'k6', version: '1.4.0', source: `PATH (${path})`, environment: {} };
  for (let round = 0; round < 3; round += 1) {
    expect(await findOnPath(recipe, folder)).toMatchObject({ state: 'found', part });
  }
  expect(await timesAsked()).toBe(1);
});

test('a version that is too old is left alone, and named', async () => {
  const path = await program('0.57.0');
  expect(await findOnPath(recipe, folder)).toEqual({ state: 'missing', why: `${path} is 0.57.0` });
});

test('a program that was replaced is asked again', async () => {
  await program('0.57.0');
  await findOnPath(recipe, folder);
  await program('1.10.0');
  expect(await findOnPath(recipe, folder)).toMatchObject({ state: 'found' });
});

test('a program that does not run counts as missing, and is named', async () => {
  const path = await program('1.4.0');
  await writeFile(path, '#!/bin/sh\necho "cannot open shared object" >&2\nexit 127\n');
  expect(await findOnPath(recipe, folder)).toEqual({ state: 'missing', why: `${path} does not run` });
});
