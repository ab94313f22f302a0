import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

type Providing = ReturnType<typeof provideInProcess>;

function provideInProcess(folder = parts) {
  const program = join(import.meta.dirname, 'provide-demo.ts');
  return execa(process.execPath, ['--import', 'tsx', program, folder, release.base], {
    cwd: join(import.meta.dirname, '../..'),
    reject: false,
    timeout: 25_000,
  });
}

test('two processes that want the same part fetch it once and both get it, whichever path leads each to the cache', async () => {
  release.manner = 'slow';
  const byLink = join(folder, 'link');
  await mkdir(parts);
  await symlink(parts, byLink);
  const [one, other] = await Promise.all([provideInProcess(), provideInProcess(byLink)]);
  expect(one.exitCode, one.stderr).toBe(0);
  expect(other.exitCode, other.stderr).toBe(0);
  expect(JSON.parse(one.stdout)).toEqual(JSON.parse(other.stdout.replaceAll(byLink, parts)));
  expect(release.asked()).toBe(1);
  expect(await readdir(join(parts, 'k6'))).toEqual(['1.2.3-release']);
});

test('an installation killed half-way is cleared away by the next one', async () => {
  release.manner = 'hangs';
  const first = provideInProcess();
  await expect.poll(() => release.asked(), { timeout: 15_000 }).toBe(1);
  first.kill('SIGKILL');
  await first;
  expect(await readdir(join(parts, 'k6'))).toEqual([expect.stringMatching(/^\./)]);
  release.manner = 'good';
  const second = await provideInProcess();
  expect(second.exitCode, second.stderr).toBe(0);
  expect(await readdir(join(parts, 'k6'))).toEqual(['1.2.3-release']);
});

test('one that waits for another takes over when that is killed', async () => {
  release.manner = 'hangs';
  const first = provideInProcess();
  await expect.poll(() => release.asked(), { timeout: 15_000 }).toBe(1);
  release.manner = 'good';
  const second = provideInProcess();
  await expect.poll(() => waits(second), { timeout: 15_000 }).toBe(true);
  first.kill('SIGKILL');
  expect((await second).exitCode).toBe(0);
});

const said = new WeakMap<object, string>();

/** Has the process said that it waits for another one? */
function waits(child: Providing): boolean {
  if (!said.has(child)) {
    said.set(child, '');
    child.stderr?.on('data', (text: Buffer) => said.set(child, `${said.get(child)}${text}`));
  }
  return said.get(child)?.includes('another process') ?? false;
}
