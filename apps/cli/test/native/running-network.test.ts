import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { networkFile, socketFolder } from '../../src/runtime/native/make-plan.ts';
import { anyNetwork, networkOf, startOf } from '../../src/runtime/native/network/running-network.ts';

const ID = { stage: 4, slot: 0 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'networks-'));
  vi.stubEnv('TMPDIR', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function note(pid: number, startedAt: string | null): Promise<void> {
  await mkdir(socketFolder(), { recursive: true });
  await writeFile(networkFile(ID.stage, ID.slot), JSON.stringify({ pid, startedAt, doors: '/doors' }));
}

it('finds the network of a stack that runs, and the same for another stack of this user', async () => {
  await note(process.pid, startOf(process.pid));
  const found = { pid: process.pid, startedAt: startOf(process.pid), doors: '/doors' };
  expect(networkOf(ID)).toEqual(found);
  expect(networkOf({ stage: 5, slot: 0 })).toBe(null);
  expect(anyNetwork()).toEqual(found);
});

it('passes over a process that ended, also when its id belongs to another process now', async () => {
  await note(process.pid, '1');
  expect(networkOf(ID)).toBe(null);
  await note(2 ** 22 + 1, '1');
  expect(anyNetwork()).toBe(null);
});

it('finds none where no stack was ever started', () => {
  expect(networkOf(ID)).toBe(null);
  expect(anyNetwork()).toBe(null);
});
