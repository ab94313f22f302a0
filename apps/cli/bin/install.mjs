import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdLock } from './lock.mjs';
import { pnpm } from './pnpm.mjs';

/** The checkout's root. */
export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const OLDEST_NODE = [20, 19];
const stamp = join(root, 'node_modules', '.cache', 'installed');

/**
 * Make sure that this Node serves and that the dependencies of the lock file are installed; ends the process with 2
 * and a sentence about what to do where that cannot be. Uses nothing but Node, npm and tar.
 */
export async function install() {
  refuseOldNode();
  if (isInstalled()) return;
  const release = await holdLock(`install ${root}`, {
    onWait: () => process.stderr.write('Waiting for another process that installs the dependencies …\n'),
  });
  try {
    if (isInstalled()) return;
    process.stderr.write('Installing the dependencies (once, about half a minute) …\n');
    const program = await pnpm(root).catch((error) =>
      giveUp(`Fetching pnpm, which installs the dependencies, failed: ${error.message}.
Next: check the connection to the npm registry with \`npm ping\`, then try again.`),
    );
    const code = await runPnpm(program);
    if (code !== 0)
      giveUp(`Installing the dependencies failed (pnpm ended with ${code}; its words are above).
Next: check the connection to the npm registry with \`npm ping\` and the free disk space, then try again.`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted());
  } finally {
    release();
  }
}

/** Print a message for people on standard error and end with 2: could not run. */
export function giveUp(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  giveUp(
    `This needs Node ${OLDEST_NODE.join('.')} or newer, and ${process.execPath} is ${process.versions.node}: see https://nodejs.org/en/download.`,
  );
}

/** Installed here for this very lock file, or by hand with pnpm since the lock file changed. */
function isInstalled() {
  if (!existsSync(join(root, 'apps', 'cli', 'node_modules', 'esbuild'))) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return true;
  const byHand = join(root, 'node_modules', '.modules.yaml');
  return existsSync(byHand) && statSync(byHand).mtimeMs > statSync(join(root, 'pnpm-lock.yaml')).mtimeMs;
}

/** The lock file's digest and the machine's kind, as some packages bring programs. */
function wanted() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

/** All output goes to standard error: standard output is the verb's. */
function runPnpm(program) {
  const args = [program, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
    const pass = (signal) => child.kill(signal);
    process.once('SIGINT', pass);
    process.once('SIGTERM', pass);
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      process.removeListener('SIGINT', pass);
      process.removeListener('SIGTERM', pass);
      resolve(code ?? signal);
    });
  });
}
