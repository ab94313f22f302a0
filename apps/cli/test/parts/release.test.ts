import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { find, provide } from '../../src/parts/provide.ts';
import { demoRecipe } from './demo-recipe.ts';
import { type DemoRelease, demoRelease } from './demo-release.ts';

let folder: string;
let parts: string;
let release: DemoRelease;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parts-'));
  parts = join(folder, 'parts');
  release = await demoRelease(folder);
});
afterEach(async () => {
  await release.close();
  await rm(folder, { recursive: true });
});

const installed = async (): Promise<string[]> => readdir(join(parts, 'k6'));

/** Milliseconds of the fastest of ten calls: what the call itself takes, whatever else the machine does. */
async function fastest(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}

test('a release with the right checksum is installed once, runs, and is found without network', async () => {
  const recipe = demoRecipe(release.base);
  expect(await find(recipe, parts)).toBeNull();
  const part = await provide(recipe, parts, {});
  expect(part).toMatchObject({ version: '1.2.3', source: expect.stringContaining('demo.tar.gz') });
  const { stdout } = await promisify(execFile)(part.programs['demo-part'] ?? '');
  expect(stdout).toContain('1.2.3');
  await release.close();
  expect(await provide(recipe, parts, {})).toEqual(part);
  expect(await find(recipe, parts)).toEqual(part);
  expect(await fastest(() => find(recipe, parts))).toBeLessThan(20);
  expect(await installed()).toEqual(['1.2.3-release']);
});

test.each([
  ['altered', /checksum of demo\.tar\.gz is [0-9a-f]{64}, not/],
  ['gone', /answered 404/],
  ['cut off', /demo release: 127\.0\.0\.1:\d+: /],
  ['silent', /was silent for 8 s/],
] as const)('a release that is %s is refused and leaves nothing behind', async (manner, why) => {
  release.manner = manner;
  const providing = provide(demoRecipe(release.base), parts, {});
  await expect(providing).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringMatching(why),
    next: expect.stringContaining('brew install demo'),
  });
  expect(await installed()).toEqual([]);
  release.manner = 'good';
  expect(await provide(demoRecipe(release.base), parts, {})).toMatchObject({ version: '1.2.3' });
});

test('a slow server is waited for as long as it sends', async () => {
  release.manner = 'slow';
  expect(await provide(demoRecipe(release.base), parts, {})).toMatchObject({ version: '1.2.3' });
});

test('a server that is not there fails at once, with every source tried in the message', async () => {
  await release.close();
  const startedAt = performance.now();
  await expect(provide(demoRecipe(release.base), parts, {})).rejects.toThrow(
    /PATH: no demo-part\n {2}demo release: 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
  );
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('a cancelled installation ends at once and leaves nothing behind', async () => {
  release.manner = 'hangs';
  const stop = new AbortController();
  const providing = provide(demoRecipe(release.base), parts, { signal: stop.signal });
  const ended = expect(providing).rejects.toThrow('enough');
  await expect.poll(() => release.asked()).toBe(1);
  const startedAt = performance.now();
  stop.abort(new Error('enough'));
  await ended;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(await installed()).toEqual([]);
});
