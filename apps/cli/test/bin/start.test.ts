import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const cli = join(import.meta.dirname, '../..');
let folder: string;
let checkout: string;

/** A checkout without node_modules, in a path with spaces, and a pnpm that takes its time and notes each call. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start here '));
  checkout = join(folder, 'the checkout');
  await cp(join(cli, 'bin'), join(checkout, 'apps/cli/bin'), { recursive: true });
  await write('pnpm-lock.yaml', 'lockfileVersion: 9\n');
  await write('apps/cli/src/main.ts', program('"started" as string'));
  await pnpm(
    `sleep 0.5; mkdir -p apps/cli/node_modules; ln -sfn '${join(cli, 'node_modules/esbuild')}' apps/cli/node_modules/`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(checkout, path)), { recursive: true });
  await writeFile(join(checkout, path), text);
}

const program = (said: string): string =>
  `import { basename } from 'node:path';\nconsole.log(JSON.stringify([${said}, basename(import.meta.url), ...process.argv.slice(2)]));\n`;

/** A registry whose pnpm runs a script, and the package.json that names it with its checksum. */
async function pnpm(script: string): Promise<void> {
  const sh = `echo "$@" >> '${folder}/calls'; echo "words of pnpm"; ${script}`;
  await writeFile(
    join(await madeFolder('pnpm/package/bin'), 'pnpm.cjs'),
    `const { spawnSync } = require('node:child_process');
process.exit(spawnSync('sh', ['-c', ${JSON.stringify(sh)}, 'pnpm', ...process.argv.slice(2)], { stdio: 'inherit' }).status);\n`,
  );
  const archive = join(folder, 'pnpm-1.2.3.tgz');
  await execa('tar', ['-czf', archive, '-C', join(folder, 'pnpm'), 'package']);
  const checksum = createHash('sha512')
    .update(await readFile(archive))
    .digest('hex');
  await write('package.json', JSON.stringify({ packageManager: `pnpm@1.2.3+sha512.${checksum}` }));
  const npm = join(await madeFolder('bin'), 'npm');
  await writeFile(
    npm,
    `#!/bin/sh\necho "$2" >> '${folder}/fetched'\nfor to; do :; done\ncp '${archive}' "$to"\n`,
  );
  await chmod(npm, 0o755);
}

async function madeFolder(path: string): Promise<string> {
  await mkdir(join(folder, path), { recursive: true });
  return join(folder, path);
}

const stage = (args: string[] = [], node: string[] = []) =>
  execa(process.execPath, [...node, join(checkout, 'apps/cli/bin/stage.mjs'), ...args], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, XDG_CACHE_HOME: join(folder, 'cache') },
    reject: false,
  });

const installs = async (): Promise<string[]> =>
  (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

test('what is missing is installed once, with its words kept off standard output', async () => {
  const first = await stage(['4', 'demo', '--json']);
  expect(first).toMatchObject({ exitCode: 0, stdout: '["started","main.ts","4","demo","--json"]' });
  expect(first.stderr).toContain('words of pnpm');
  expect(await stage()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await installs()).toEqual([expect.stringMatching(/^install --frozen-lockfile/)]);
});

test('pnpm is fetched once, in the version of package.json', async () => {
  await stage();
  await write('pnpm-lock.yaml', 'lockfileVersion: 9\n# another\n');
  await stage();
  expect(await readFile(join(folder, 'fetched'), 'utf8')).toBe('pnpm@1.2.3\n');
});

test('a pnpm that has another checksum than package.json says is not run', async () => {
  await write('package.json', JSON.stringify({ packageManager: `pnpm@1.2.3+sha512.${'0'.repeat(128)}` }));
  const refused = await stage();
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toMatch(/pnpm 1\.2\.3 has the checksum [0-9a-f]{128}, and package\.json says 0+/);
  await expect(installs()).rejects.toThrow('ENOENT');
});

test.each(['pnpm@10', 'pnpm@1.2.3', 'pnpm@1.2.3+sha1.00'])(
  'package.json that names %s, without a checksum, is refused',
  async (packageManager) => {
    await write('package.json', JSON.stringify({ packageManager }));
    const refused = await stage();
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('is no pnpm@VERSION+sha512.CHECKSUM');
  },
);

test('a changed lock file is installed again', async () => {
  await stage();
  await write('pnpm-lock.yaml', 'lockfileVersion: 9\n# another\n');
  await stage();
  expect(await installs()).toHaveLength(2);
});

test('two that start at once install once', async () => {
  const both = await Promise.all([stage(['1']), stage(['2'])]);
  expect(both.map(({ stdout }) => stdout)).toEqual([
    '["started","main.ts","1"]',
    '["started","main.ts","2"]',
  ]);
  expect(await installs()).toHaveLength(1);
});

test('a failed installation ends with 2 and says what next, and the next start tries again', async () => {
  await pnpm('exit 7');
  const failed = await stage();
  expect(failed).toMatchObject({ exitCode: 2, stdout: '' });
  expect(failed.stderr).toMatch(/pnpm ended with 7[\s\S]*Next: check the connection/);
  await stage();
  expect(await installs()).toHaveLength(2);
});

test('a changed source is what runs next', async () => {
  await stage();
  await write('apps/cli/src/main.ts', program('"changed"'));
  expect((await stage()).stdout).toBe('["changed","main.ts"]');
});

test('a source that cannot be read as TypeScript is named with its line', async () => {
  await write('apps/cli/src/main.ts', 'const = 1;\n');
  expect(await stage()).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/main\.ts:1:6/) });
});

test('an old Node gets one sentence', async () => {
  const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.4'})`;
  const result = await stage([], ['--import', old]);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr.split('\n')).toEqual([
    expect.stringMatching(/needs Node 20\.19 or newer.*is 18\.20\.4/),
  ]);
});
