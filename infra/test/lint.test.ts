import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Exception, judge, readExceptions } from '../src/lint/exceptions.ts';
import type { Finding } from '../src/lint/finding.ts';
import { renderLint } from '../src/lint/render.ts';
import { INSTALL, requireTools } from '../src/lint/tools.ts';

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

describe('linters that are not there', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it(`are got by ${INSTALL}`, () => {
    vi.stubEnv('XDG_CACHE_HOME', '/nonexistent');
    expect(requireTools).toThrow(
      expect.objectContaining({
        message: 'The linters are not there.',
        next: expect.stringContaining(INSTALL),
      }),
    );
  });
});
