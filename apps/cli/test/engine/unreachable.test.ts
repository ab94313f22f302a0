import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composeRuntime, dockerEngineAnswers } from '../../src/runtime/compose/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A socket that answers as an engine would, or never. */
async function pretend(answer: string | null): Promise<() => void> {
  const server = createServer((_, response) => {
    if (answer !== null) response.end(answer);
  });
  const socket = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

/** A `docker` command that does as this script. */
async function dockerCommand(script: string): Promise<void> {
  const path = join(folder, 'docker');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
}

const up = () => composeRuntime().up(2, { slot: 9 });

describe('without a Docker engine that can be used', () => {
  it('no socket: said with where it was looked for and what to do', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${join(folder, 'none.sock')}`);
    expect(await dockerEngineAnswers()).toBe(false);
    await expect(composeRuntime().state({ stage: 2, slot: 9 })).rejects.toMatchObject({
      message: 'No Docker engine answers (ENOENT).',
      where: join(folder, 'none.sock'),
      next: 'Start Docker, or run with --runtime native (Linux).',
    });
  });

  it('a socket that never answers: known within half a second', async () => {
    const end = await pretend(null);
    const clock = performance.now();
    expect(await dockerEngineAnswers()).toBe(false);
    expect(performance.now() - clock).toBeLessThan(900);
    end();
  });

  it('no Compose plugin', async () => {
    const end = await pretend('{}');
    await dockerCommand('echo "docker: \'compose\' is not a docker command." >&2; exit 1');
    await expect(up()).rejects.toMatchObject({
      message: 'Docker is there, but its Compose plugin is not.',
      next: expect.stringContaining('https://docs.docker.com/compose/install'),
    });
    end();
  });

  it('a Compose plugin too old for what is asked of it', async () => {
    const end = await pretend('{}');
    await dockerCommand('echo 2.12.2');
    await expect(up()).rejects.toMatchObject({
      message: expect.stringContaining('2.12.2 is too old: 2.24.4'),
    });
    end();
  });
});
