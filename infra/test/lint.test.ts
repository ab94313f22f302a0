import { describe, expect, it } from 'vitest';
import { type Exception, judge, readExceptions } from '../src/lint/exceptions.ts';
import type { Finding } from '../src/lint/finding.ts';
import { lint } from '../src/lint/lint.ts';
import { renderLint } from '../src/lint/render.ts';
import { findTools, INSTALL, requireTools } from '../src/lint/tools.ts';
import { STACKS } from './stacks.ts';

const LONG = { timeout: 300_000 };

const FINDING: Finding = {
  tool: 'checkov',
  check: 'CKV_AWS_157',
  stack: 'prod-2',
  where: 'aws_db_instance.us_db_instance',
  what: 'Ensure that RDS instances have Multi-AZ enabled',
};
const EXCEPTION: Exception = {
  check: 'CKV_AWS_157',
  stacks: '-2$',
  why: 'because it is the lesson of the stage',
};

describe('exceptions', () => {
  it('cover what they name, and nothing else', () => {
    expect(judge([FINDING], [EXCEPTION])).toEqual({ findings: [], excepted: 1, unneeded: [] });
    const elsewhere = { ...FINDING, stack: 'prod-4' };
    expect(judge([FINDING, elsewhere], [EXCEPTION]).findings).toEqual([elsewhere]);
    expect(judge([FINDING], [{ ...EXCEPTION, where: 'replica' }]).findings).toEqual([FINDING]);
  });

  it('that nothing needs any more are told', () => {
    const judged = judge([], [EXCEPTION]);
    expect(judged.unneeded).toEqual([EXCEPTION]);
    expect(renderLint({ ...judged, stacks: 1, passed: 1 }, true)).toContain(
      'nothing needs the exception from CKV_AWS_157 (anywhere, -2$) any more: remove it',
    );
  });

  it('each say why', async () => {
    for (const { why } of await readExceptions()) expect(why.length).toBeGreaterThan(20);
  });
});

/** Every stage in prod; of the others what prod has not: development's sizes and what it goes without. */
const LINTED = /^prod-|^dev-[159]$/;

describe('checkov and tflint', () => {
  const there = findTools() !== null;

  it.runIf(there || process.env.CI !== undefined)(
    'find nothing that is not excepted, and need every exception',
    LONG,
    async () => {
      const plans = STACKS.map(({ plan }) => plan).filter(({ name }) => LINTED.test(name));
      const linted = await lint(plans, requireTools(), new AbortController().signal);
      expect(renderLint({ ...linted, excepted: 0, passed: 0 }, true)).toBe(
        renderLint({ stacks: plans.length, findings: [], unneeded: [], excepted: 0, passed: 0 }, true),
      );
      expect(linted.passed).toBeGreaterThan(1000);
    },
  );

  it.skipIf(there)(`are got by ${INSTALL}`, () => {
    expect(() => requireTools()).toThrow('The linters are not there.');
  });
});
