#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, install, root } from './install.mjs';

const [what, ...args] = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const rules = join(root, 'apps', 'cli', 'src', 'rules', 'main.ts');

/** Each is run whatever the ones before it said, so that one round shows all that is wrong. */
const programs = {
  check: () => [
    ['types', bin('tsc'), ['-b']],
    ['lint', bin('biome'), ['check', '.']],
    ['dead code', bin('knip'), []],
    ...(existsSync(rules) ? [['own rules', process.execPath, ['--import', tsx(), rules]]] : []),
  ],
  test: () => [['tests', bin('vitest'), ['run', ...args]]],
};

if (!Object.hasOwn(programs, what ?? ''))
  giveUp('Usage: node apps/cli/bin/run.mjs check | test [vitest options]');
await install();
const failed = [];
for (const [name, file, argv] of programs[what]()) {
  if ((await run(file, argv)) !== 0) failed.push(name);
}
if (what === 'check') {
  process.stderr.write(failed.length === 0 ? 'All checks passed.\n' : `Failed: ${failed.join(', ')}.\n`);
}
process.exitCode = failed.length === 0 ? 0 : 1;

function tsx() {
  return pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
}

function run(file, argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd: root, stdio: 'inherit' });
    const pass = (signal) => child.kill(signal);
    process.once('SIGTERM', pass);
    // Ctrl-C reaches the child by itself; we only wait for it to end.
    const wait = () => undefined;
    process.on('SIGINT', wait);
    child.on('error', reject);
    child.on('exit', (code) => {
      process.removeListener('SIGTERM', pass);
      process.removeListener('SIGINT', wait);
      resolve(code ?? 1);
    });
  });
}
