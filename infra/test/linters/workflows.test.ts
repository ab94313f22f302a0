import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@scaling/cli/stage/stages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTools, requireTools } from '../../src/lint/tools.ts';
import { lintWorkflows, renderWorkflows } from '../../src/lint/workflows.ts';
import { INSTALL_LIMIT_MS, installed } from './installed.ts';

const LIMIT_MS = 60_000;
/** What it takes, on a slow machine. */
const LINT_SECONDS = 20;

/** Runs another program than it says, for everybody who may name a branch. */
const BAD = `
name: bad
on: pull_request
permissions: { contents: read }
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - run: echo \${{ github.head_ref }}
`;

describe.runIf(findTools() !== null || process.env.CI !== undefined)('zizmor and actionlint', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'workflows-'));
    await mkdir(join(root, '.github', 'workflows'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const limits = { timeout: INSTALL_LIMIT_MS + LIMIT_MS };

  it('find nothing in the workflows', limits, async (context) => {
    if (!(await installed(LINT_SECONDS))) context.skip('they are not built yet, and this run has to end');
    const findings = await lintWorkflows(ROOT, requireTools(), AbortSignal.timeout(LIMIT_MS));
    expect(renderWorkflows(findings)).toBe(renderWorkflows([]));
  });

  it(
    'both find a script that an outsider can write, and zizmor an action by its tag',
    limits,
    async (context) => {
      if (!(await installed(LINT_SECONDS))) context.skip('they are not built yet, and this run has to end');
      await writeFile(join(root, '.github', 'workflows', 'bad.yml'), BAD);
      const findings = await lintWorkflows(root, requireTools(), AbortSignal.timeout(LIMIT_MS));
      const where = '.github/workflows/bad.yml:10';
      expect(findings.map((each) => [each.tool, each.check, each.where])).toEqual(
        expect.arrayContaining([
          ['zizmor', 'template-injection', where],
          ['zizmor', 'unpinned-uses', '.github/workflows/bad.yml:9'],
          ['actionlint', 'expression', where],
        ]),
      );
    },
  );

  it('say so when there is nothing to look at', limits, async (context) => {
    if (!(await installed(LINT_SECONDS))) context.skip('they are not built yet, and this run has to end');
    await expect(lintWorkflows(root, requireTools(), AbortSignal.timeout(LIMIT_MS))).rejects.toThrow();
  });
});
