import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InstalledPart } from '../../src/parts/index.ts';
import { asNobody, NOBODY, seenByNobody } from '../as-nobody.ts';

const isRoot = process.getuid?.() === 0;
const has = async (file: string, args: string[]): Promise<boolean> =>
  (await execa(file, args, { reject: false, timeout: 15_000 })).exitCode === 0;
const online = await has('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=5000']);
const debian = await has('apt-get', ['--version']);

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'somebody-'));
  if (isRoot) await chown(home, NOBODY, NOBODY);
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

/** Run `provide-real.ts` with an empty home: as nobody when we are root, else as ourselves. */
async function provideFresh(parts: string[], prepare?: string): Promise<Record<string, InstalledPart>> {
  const script = join(import.meta.dirname, 'provide-real.ts');
  const words = (path: string) => [process.execPath, '--import', 'tsx', path, ...parts];
  const command = isRoot ? [...asNobody(prepare), ...words(seenByNobody(script))] : words(script);
  const [file = '', ...args] = command;
  const { stdout } = await execa(file, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR: home },
    timeout: 110_000,
  });
  return JSON.parse(stdout);
}

async function version(part: InstalledPart | undefined, flag: string): Promise<string> {
  const [program = ''] = Object.values(part?.programs ?? {});
  return (await execa(program, [flag], { env: { ...part?.environment } })).stdout;
}

// Skipped without a network: there is nothing to fetch from.
describe.skipIf(!online || !debian)('an ordinary user with an empty cache', { timeout: 120_000 }, () => {
  test('gets Postgres and HAProxy, which run', async () => {
    const { postgres, haproxy } = await provideFresh(['postgres', 'haproxy']);
    await chmod(home, 0o755);
    expect(await version(postgres, '--version')).toMatch(/PostgreSQL\) (1[6-9]|[2-9]\d)/);
    expect(await version(haproxy, '-v')).toMatch(/version (2\.[6-9]|[3-9])/);
  });

  // Only root can take the package lists away without harm, in a mount namespace.
  test.skipIf(!isRoot)('gets HAProxy where the package lists were never fetched', async () => {
    const { haproxy } = await provideFresh(['haproxy'], 'mount -t tmpfs none /var/lib/apt/lists');
    expect(await version(haproxy, '-v')).toContain('HAProxy version');
  });
});
