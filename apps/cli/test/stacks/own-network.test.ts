import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { stackFolder } from '../../src/runtime/native/make-plan.ts';
import { eventually, leftovers } from './leftovers.ts';

const stage = 2;
const slot = 9;
const PROGRAM = join(import.meta.dirname, 'own-network-stack.ts');
let child: ChildProcess;

afterEach(async () => {
  child.kill('SIGKILL');
  await nativeRuntime().down({ stage, slot });
});

function start(...words: readonly string[]): { lines: string[]; ready: Promise<void> } {
  child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, String(stage), String(slot), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (line.includes('ready')) resolve();
    });
    child.once('exit', () => reject(new Error(`ended before its stack was ready: ${lines.join('\n')}`)));
  });
  return { lines, ready };
}

it('cuts two boxes off each other, fills a disk, and after any faults every box gets ready again', async () => {
  const seed = process.env.FAULT_SEED ?? String(Math.floor(Math.random() * 1e9));
  const { lines, ready } = start(seed, '12');
  await ready;
  const [code] = (await once(child, 'exit')) as [number];
  const said = `FAULT_SEED=${seed}\n${lines.join('\n')}`;
  expect(code, said).toBe(0);
  expect(lines[1], said).toBe('{"partition":[200,"TimeoutError",200]}');
  expect(lines[2], said).toBe('{"disk":[true,false,true]}');
  expect(JSON.parse(lines.at(-1) ?? ''), said).toEqual({
    states: ['app ready', 'db ready', 'mail ready'],
    answer: 200,
  });
  await eventually('nothing is left', () => leftovers(stage, slot).length === 0);
});

it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  'leaves no process, control group, mount or network behind after %s',
  async (name) => {
    const { ready } = start('1', '0');
    await ready;
    child.kill(name);
    await once(child, 'exit');
    // The data of a stack whose command was killed stays until the next start: it may be looked at.
    const folder = stackFolder(stage, slot);
    await eventually('nothing is left', () =>
      leftovers(stage, slot).every((left) => name === 'SIGKILL' && left === folder),
    );
  },
);
