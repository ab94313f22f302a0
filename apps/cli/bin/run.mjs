#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, install, root } from './install.mjs';

const [what, ...args] = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const rules = join(root, 'apps', 'cli', 'src', 'rules', 'main.ts');

/** More files than this do not fail because the machine was busy. */
const MOST_RUN_AGAIN = 6;
let stopped = false;

if (what !== 'check' && what !== 'test')
  giveUp('Usage: node apps/cli/bin/run.mjs check | test [vitest options]');
await install();
process.exitCode = (await (what === 'check' ? check() : test())) ? 0 : 1;

/** Each is run whatever the ones before it said, so that one round shows all that is wrong. */
async function check() {
  const programs = [
    ['types', bin('tsc'), ['-b']],
    ['lint', bin('biome'), ['check', '.']],
    ['dead code', bin('knip'), []],
    ...(existsSync(rules) ? [['own rules', process.execPath, ['--import', tsx(), rules]]] : []),
  ];
  const failed = [];
  for (const [name, file, argv] of programs) {
    if ((await run(file, argv)) !== 0) failed.push(name);
  }
  process.stderr.write(failed.length === 0 ? 'All checks passed.\n' : `Failed: ${failed.join(', ')}.\n`);
  return failed.length === 0;
}

/**
 * Most tests hold running servers to times, side by side on a machine that may be shared: in a whole run, a file that
 * fails is run once more when all the others are done, from its beginning and by itself. What needed that is named.
 */
async function test() {
  if (args.length > 0) return (await run(bin('vitest'), ['run', ...args])) === 0;
  const folder = await mkdtemp(join(tmpdir(), 'tests-'));
  try {
    const first = join(folder, 'first.json');
    if ((await run(bin('vitest'), ['run'], { TEST_RECORD: first })) === 0) return true;
    const files = stopped ? [] : await failedFiles(first);
    if (files.length === 0 || files.length > MOST_RUN_AGAIN) return false;
    process.stdout.write(`\nOnce more, by themselves: ${files.join(', ')}\n`);
    const again = ['run', '--maxWorkers=1', ...files];
    return (await run(bin('vitest'), again, { TEST_RECORD_BEFORE: first })) === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those that failed, if nothing else did; a run that was cut short has no record. */
async function failedFiles(record) {
  const text = await readFile(record, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return [];
  const { files, errors } = JSON.parse(text);
  return errors > 0 ? [] : files.filter((file) => file.failed > 0).map((file) => file.file);
}

function tsx() {
  return pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
}

function run(file, argv, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    const pass = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    process.once('SIGTERM', pass);
    // Ctrl-C reaches the child by itself; we only wait for it to end.
    const wait = () => {
      stopped = true;
    };
    process.on('SIGINT', wait);
    child.on('error', reject);
    child.on('exit', (code) => {
      process.removeListener('SIGTERM', pass);
      process.removeListener('SIGINT', wait);
      resolve(code ?? 1);
    });
  });
}
