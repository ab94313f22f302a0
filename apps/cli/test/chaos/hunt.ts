import { join } from 'node:path';
import { execa } from 'execa';
import type { Chaos } from '../../src/chaos/chaos.ts';
import type { Planted } from './plant.ts';

/** With the wait for a queue that does not drain, on a busy machine. */
const LIMIT_MS = 900_000;

/** Runs `chaos` of the checkout that the bugs are planted in. */
export async function hunt(
  { folder, environment }: Planted,
  { stage, seed, minutes }: { readonly stage: number; readonly seed: number; readonly minutes: number },
): Promise<Chaos> {
  const program = join(folder, 'apps/cli/bin/stage.mjs');
  const words = [
    'chaos',
    '--seed',
    String(seed),
    '--minutes',
    String(minutes),
    '--runtime',
    'native',
    '--json',
  ];
  const { stdout, stderr } = await execa(process.execPath, [program, String(stage), ...words], {
    env: environment,
    reject: false,
    timeout: LIMIT_MS,
    killSignal: 'SIGINT',
    forceKillAfterDelay: 20_000,
  });
  try {
    return JSON.parse(stdout) as Chaos;
  } catch {
    throw new Error(`chaos of stage ${stage} with seed ${seed} said nothing: ${stderr.slice(-2000)}`);
  }
}
