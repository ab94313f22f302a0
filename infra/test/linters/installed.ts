import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../../apps/cli/src/is-alive.ts';
import { secondsLeft } from '../../../apps/cli/test/seconds-left.ts';
import { findTools } from '../../src/lint/tools.ts';

export const INSTALL_LIMIT_MS = 600_000;

/** Waits while `.ci/run` still builds the linters. false: there are fewer than `seconds` left of the run. */
export async function installed(seconds: number): Promise<boolean> {
  const pid = Number(process.env.LINTERS_PID ?? 0);
  const deadline = Date.now() + INSTALL_LIMIT_MS;
  while (findTools() === null && pid > 0 && isAlive(pid) && Date.now() < deadline) {
    if (secondsLeft() < seconds) return false;
    await sleep(1000);
  }
  return secondsLeft() > seconds;
}
