import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { SLOTS } from '../../src/chaos/stack.ts';
import { ROOT } from '../../src/stage/stages.ts';
import { eventually, leftovers } from './leftovers.ts';

const STAGE = 3;
let child: ChildProcess;

/** Starts a run, and resolves when it has said something. */
async function start(seed: number, until: string): Promise<void> {
  const program = join(ROOT, 'apps/cli/bin/stage.mjs');
  const words = ['chaos', '--seed', String(seed), '--minutes', '1', '--runtime', 'native'];
  child = spawn(process.execPath, [program, String(STAGE), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`ended before "${until}": ${said}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(until)) resolve();
    });
  });
}

afterEach(() => child.kill('SIGKILL'));

it.each([
  ['while its stack starts', 'comes up', 400],
  ['while its stack is disturbed', 'steps within', 8000],
] as const)(
  'leaves no process, control group, mount or network behind after Ctrl-C %s',
  async (_, until, mostMs) => {
    const seed = 1 + Math.floor(Math.random() * 1e6);
    const afterMs = Math.floor(Math.random() * mostMs);
    await start(seed, until);
    await sleep(afterMs);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    const told = `seed ${seed}, ${afterMs} ms after "${until}"`;
    expect(code, told).toBe(2);
    const left = () => SLOTS.flatMap((slot) => leftovers(STAGE, slot));
    await eventually(`nothing is left: ${told}`, () => left().length === 0, 15_000);
  },
);
