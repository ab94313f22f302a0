import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../apps/cli/src/is-alive.ts';
import { secondsLeft } from '../../../apps/cli/test/seconds-left.ts';
import { lint } from '../../src/lint/lint.ts';
import { renderLint } from '../../src/lint/render.ts';
import { findTools, requireTools } from '../../src/lint/tools.ts';
import { STACKS } from '../stacks.ts';

/** Every stage in prod; of the others what prod has not: development's sizes and what it goes without. */
const LINTED = /^prod-|^dev-[159]$/;
const INSTALL_LIMIT_MS = 600_000;
const LINT_LIMIT_MS = 240_000;
/** What it takes, on a slow machine. */
const LINT_SECONDS = 120;

describe('checkov and tflint', () => {
  it.runIf(findTools() !== null || process.env.CI !== undefined)(
    'find nothing that is not excepted, and need every exception',
    { timeout: INSTALL_LIMIT_MS + LINT_LIMIT_MS },
    async (context) => {
      if (!(await installed())) context.skip('they are not built yet, and this run has to end');
      const plans = STACKS.map(({ plan }) => plan).filter(({ name }) => LINTED.test(name));
      const linted = await lint(plans, requireTools(), AbortSignal.timeout(LINT_LIMIT_MS));
      expect(renderLint({ ...linted, excepted: 0, passed: 0 }, true)).toBe(
        renderLint({ stacks: plans.length, findings: [], unneeded: [], excepted: 0, passed: 0 }, true),
      );
      expect(linted.passed).toBeGreaterThan(1000);
    },
  );
});

/** Waits while `.ci/run` still builds them. false: that goes on when the run has to end. */
async function installed(): Promise<boolean> {
  const pid = Number(process.env.LINTERS_PID ?? 0);
  const deadline = Date.now() + INSTALL_LIMIT_MS;
  while (findTools() === null && pid > 0 && isAlive(pid) && Date.now() < deadline) {
    if (secondsLeft() < LINT_SECONDS) return false;
    await sleep(1000);
  }
  return secondsLeft() > LINT_SECONDS;
}
