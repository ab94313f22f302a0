import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { renderLint } from '../../src/lint/render.ts';
import { findTools, requireTools } from '../../src/lint/tools.ts';
import { STACKS } from '../stacks.ts';
import { INSTALL_LIMIT_MS, installed } from './installed.ts';

/** Every stage in prod; of the others what prod has not: development's sizes and what it goes without. */
const LINTED = /^prod-|^dev-[159]$/;
const LINT_LIMIT_MS = 240_000;
/** What it takes, on a slow machine. */
const LINT_SECONDS = 120;

describe('checkov and tflint', () => {
  it.runIf(findTools() !== null || process.env.CI !== undefined)(
    'find nothing that is not excepted, and need every exception',
    { timeout: INSTALL_LIMIT_MS + LINT_LIMIT_MS },
    async (context) => {
      if (!(await installed(LINT_SECONDS))) context.skip('they are not built yet, and this run has to end');
      const plans = STACKS.map(({ plan }) => plan).filter(({ name }) => LINTED.test(name));
      const linted = await lint(plans, requireTools(), AbortSignal.timeout(LINT_LIMIT_MS));
      expect(renderLint({ ...linted, excepted: 0, passed: 0 }, true)).toBe(
        renderLint({ stacks: plans.length, findings: [], unneeded: [], excepted: 0, passed: 0 }, true),
      );
      expect(linted.passed).toBeGreaterThan(1000);
    },
  );
});
