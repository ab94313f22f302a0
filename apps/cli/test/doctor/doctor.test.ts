import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asNobody, seenByNobody } from '../as-nobody.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');
const isRoot = process.getuid?.() === 0;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'doctor-'));
  await chmod(home, 0o777);
});
afterEach(() => rm(home, { recursive: true }));

const doctor = (args: string[], before: string[] = [], seen = main) => {
  const [file = '', ...rest] = [...before, process.execPath, '--import', 'tsx', seen, 'doctor', ...args];
  return execa(file, rest, {
    cwd: join(import.meta.dirname, '../..'),
    env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR: home, DOCKER_HOST: 'unix:///nowhere' },
    reject: false,
    timeout: 25_000,
  });
};

test.runIf(process.platform === 'linux')(
  'says as one JSON object what is there and what would run',
  async () => {
    const { stdout, exitCode } = await doctor(['--json']);
    const diagnosis = JSON.parse(stdout);
    expect(diagnosis).toMatchObject({
      docker: false,
      machine: { node: process.versions.node, cpus: expect.any(Number), disks: [{ holds: 'cache' }, {}] },
      parts: [
        { name: 'postgres' },
        { name: 'haproxy' },
        { name: 'redis' },
        { name: 'nginx' },
        { name: 'toxiproxy' },
        { name: 'java' },
        { name: 'kafka' },
        { name: 'k6' },
        { name: 'prometheus', onlyFor: 'up --observe' },
      ],
    });
    expect(exitCode).toBe(diagnosis.runtime === 'native' ? 0 : 2);
    const missing = diagnosis.parts.some(
      (each: { found: unknown; onlyFor?: string }) => each.found === null && each.onlyFor === undefined,
    );
    if (missing && exitCode === 0) expect(diagnosis.advice.join()).toContain('pnpm stage setup');
  },
);

test.runIf(isRoot)('names the package that cutting boxes off needs where it is missing', async () => {
  const hidden = 'mount -t tmpfs none /usr/sbin && exec "$@"';
  const { stdout } = await doctor(['--json'], ['unshare', '--mount', 'sh', '-c', hidden, 'sh']);
  const { ownNetworks, advice, runtime } = JSON.parse(stdout);
  expect(ownNetworks).toEqual({ possible: false, why: expect.stringContaining('apt-get install') });
  expect(ownNetworks.why).toContain('iptables');
  if (runtime === 'native') expect(advice.join()).toContain('cut two boxes off');
});

test('ends with 2 where the runtime asked for cannot run, and says why', async () => {
  const { stdout, exitCode } = await doctor(['--runtime', 'compose']);
  expect(exitCode).toBe(2);
  expect(stdout).toContain('Start Docker: no engine answers.');
});

test.runIf(isRoot)('tells an ordinary user whether namespaces and quotas are to be had', async () => {
  const { stdout } = await doctor(['--json'], asNobody(), seenByNobody(main));
  const { machine, namespaces, quotas } = JSON.parse(stdout);
  expect(machine.user).toBe('ordinary');
  expect(typeof namespaces.allowed).toBe('boolean');
  if (quotas.limiter === 'stop-and-go') expect(quotas.why).not.toBe('');
});
