import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The path of pnpm, to be run with Node: the very one that `packageManager` of package.json names with its checksum.
 * npm fetches it once, so that the user's registry, proxy and certificates count. None of its scripts runs.
 * @param {string} root the checkout
 * @returns {Promise<string>} rejects when it cannot be fetched, or is another one
 */
export async function pnpm(root) {
  const { version, checksum } = wantedPnpm(readFileSync(join(root, 'package.json'), 'utf8'));
  const folder = join(cacheFolder(), 'pnpm', `${version}-${checksum.slice(0, 12)}`);
  const program = join(folder, 'package', 'bin', 'pnpm.cjs');
  if (existsSync(program)) return program;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    const fetching = ['pack', `pnpm@${version}`, '--ignore-scripts', '--silent', '--pack-destination', draft];
    await run('npm', fetching);
    const archive = join(draft, `pnpm-${version}.tgz`);
    const actual = createHash('sha512').update(readFileSync(archive)).digest('hex');
    if (actual !== checksum)
      throw new Error(
        `the registry's pnpm ${version} has the checksum ${actual}, and package.json says ${checksum}`,
      );
    await run('tar', ['-xzf', archive, '-C', draft]);
    rmSync(archive);
    // Another process may have been faster; its folder is as good.
    if (!existsSync(program)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return program;
}

/**
 * @param {string} text of package.json
 * @returns {{ version: string, checksum: string }}
 */
function wantedPnpm(text) {
  const { packageManager } = JSON.parse(text);
  const [, version, checksum] = /^pnpm@(\d+\.\d+\.\d+)\+sha512\.([0-9a-f]{128})$/.exec(packageManager) ?? [];
  if (version === undefined || checksum === undefined)
    throw new Error('packageManager in package.json is no pnpm@VERSION+sha512.CHECKSUM');
  return { version, checksum };
}

/** As `cache.ts` has it, which cannot be loaded before the packages are installed. */
function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scaling-0-to-millions');
}

function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 2] });
    child.on('error', (error) => reject(error.code === 'ENOENT' ? new Error(`no ${file} on PATH`) : error));
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${file} ended with ${code ?? signal}`)),
    );
  });
}
