import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'measuring-'));
  vi.stubEnv('SCALING_STACKS', folder);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Imported late: the folder is read from the environment once. */
const oneAtATime = async <T>(measure: () => Promise<T>) =>
  (await import('../../src/measure/one-at-a-time.ts')).oneAtATime(measure);

describe('a measurement that wants the whole machine', () => {
  it('is refused while another one runs, naming its process', async () => {
    await oneAtATime(async () => {
      await expect(oneAtATime(async () => 1)).rejects.toMatchObject({ where: `process ${process.pid}` });
    });
  });

  it('gives the machine back, also when it failed', async () => {
    await expect(oneAtATime(() => Promise.reject(new Error('void')))).rejects.toThrow('void');
    expect(existsSync(join(folder, 'measuring.lock'))).toBe(false);
    expect(await oneAtATime(async () => 'done')).toBe('done');
  });

  it('does not wait for one that was killed', async () => {
    const dead = spawnSync('true').pid;
    await writeFile(join(folder, 'measuring.lock'), String(dead));
    expect(await oneAtATime(async () => 'done')).toBe('done');
  });
});
