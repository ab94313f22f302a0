import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readComposeFile } from '../../src/stage/compose-file.ts';
import { readStage } from '../../src/stage/stages.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'a stage '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FACTS = 'x-stage: { title: T, users: U, bottleneck: B, cure: C, scenario: S, entry: app }\n';

async function read(services: string, environment: Record<string, string> = {}) {
  const path = join(folder, 'compose.yaml');
  await writeFile(path, `name: test\n${FACTS}services:\n${services}`);
  return readComposeFile(path, environment);
}

describe('a stage’s compose file', () => {
  it('gives a kind’s quota, probe and image by extends, and the stage’s own wiring over it', async () => {
    const { services } = await readStage(4);
    const app = services.app;
    expect(app?.cpuQuota).toBe(6000);
    expect(app?.cpuPeriod).toBe(50_000);
    expect(app?.scalable).toBe(true);
    expect(app?.environment.DATABASE_URL).toContain('@db:5432');
    expect(app?.environment.REPLICA_URLS).toContain('replica-2');
    expect(services['replica-1']?.dependsOn).toEqual({ db: 'service_healthy' });
    expect(services['replica-1']?.labels['scaling.kind']).toBe('replica');
  });

  it('makes mounts absolute from the file that declares them', async () => {
    const { services } = await readStage(4);
    const config = services.lb?.volumes.find((mount) => mount.target.endsWith('haproxy.cfg'));
    expect(config?.source).toMatch(/stages\/3-load-balancer\/haproxy\.cfg$/);
    expect(services.db?.volumes.find((mount) => mount.type === 'bind')?.source).toMatch(
      /stages\/postgres\/pg_hba\.conf$/,
    );
  });

  it('interpolates like Compose: value, default, dollar', async () => {
    const { services } = await read(
      '  app:\n    image: x\n    environment: { A: "${ONE:-1}", B: "${TWO:-2}", C: "$$HOME", D: "${THREE}" }\n',
      {
        TWO: 'two',
      },
    );
    expect(services.app?.environment).toEqual({ A: '1', B: 'two', C: '$HOME', D: '' });
  });

  it('publishes other ports in another slot', async () => {
    const { services } = await readStage(3, { SITE_PORT: '9003' });
    expect(services.lb?.ports[0]).toEqual({ hostIp: '127.0.0.1', published: 9003, target: 8090 });
  });
});

describe('what the native reader does not know is refused with its line, never ignored', () => {
  it('an unknown key of a service', async () => {
    await expect(read('  app:\n    image: x\n    network_mode: host\n')).rejects.toMatchObject({
      message: expect.stringContaining('network_mode'),
      where: expect.stringMatching(/compose\.yaml:6$/),
    });
  });

  it('an unknown key of a health check', async () => {
    await expect(
      read('  app:\n    image: x\n    healthcheck: { test: [CMD, "true"], disable: true }\n'),
    ).rejects.toMatchObject({
      message: expect.stringContaining('disable'),
    });
  });

  it('a form of interpolation it does not know', async () => {
    await expect(read('  app:\n    image: "x:${TAG:?needed}"\n')).rejects.toMatchObject({
      where: expect.stringMatching(/:5$/),
    });
  });

  it('a service that depends on none of the file', async () => {
    await expect(read('  app:\n    image: x\n    depends_on: [db]\n')).rejects.toMatchObject({
      message: expect.stringContaining('"db"'),
    });
  });

  it('a port published to the whole network', async () => {
    await expect(read('  app:\n    image: x\n    ports: ["8080:8080"]\n')).rejects.toMatchObject({
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  it('text that is not YAML, naming the line', async () => {
    await expect(read('  app: [\n')).rejects.toMatchObject({
      where: expect.stringMatching(/compose\.yaml:\d+$/),
    });
  });

  it('a service that extends itself', async () => {
    await expect(read('  app:\n    extends: { service: app }\n    image: x\n')).rejects.toMatchObject({
      message: expect.stringContaining('extends itself'),
    });
  });
});
