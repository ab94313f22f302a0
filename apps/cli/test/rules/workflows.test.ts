import { describe, expect, it } from 'vitest';
import { undocumented, workflowFindings, workflows } from '../../src/rules/workflows.ts';

const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const UPLOAD = 'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1';
const GOOD = `
on: push
permissions: {}
jobs:
  test:
    permissions: { contents: read }
    steps:
      - uses: ${CHECKOUT}
        with: { persist-credentials: false }
      - run: npm test
  plan:
    if: github.ref == 'refs/heads/main'
    environment: prod-plan
    permissions: { id-token: write }
    steps:
      - run: terraform init -lockfile=readonly
`;

describe('a workflow', () => {
  it('breaks no rule in this repository', async () => {
    expect(await workflows.find()).toEqual([]);
  });

  it('that keeps every rule is accepted', () => {
    expect(workflowFindings('x.yml', GOOD)).toEqual([]);
  });

  it.each([
    ['an action by its tag', CHECKOUT, 'actions/checkout@v7', 'not an action by the hash'],
    ['an action by a short hash', CHECKOUT, 'actions/checkout@3d3c42e # v7.0.1', 'not an action by the hash'],
    ['a hash without its version', ' # v7.0.1', '', 'with its version as a comment'],
    ['rights for all jobs', 'permissions: {}', 'permissions: { contents: read }', 'does not begin without'],
    ['no rights named at all', 'permissions: {}\n', '', 'does not begin without rights'],
    ['a job without rights of its own', '    permissions: { contents: read }\n', '', 'names no permissions'],
    [
      'a token left in the checkout',
      '{ persist-credentials: false }',
      '{ fetch-depth: 0 }',
      'leaves the token',
    ],
    [
      'an expression in a script',
      'npm test',
      'echo ${{ github.head_ref }}',
      'puts an expression into a script',
    ],
    [
      'code of a pull request with rights',
      'on: push',
      'on: pull_request_target',
      'pull_request_target gives',
    ],
    ['a finding hidden', 'on: push', 'on: push # zizmor: ignore[unpinned-uses]', 'hides findings'],
    ['all findings hidden', 'on: push', 'on: push # zizmor: ignore', 'hides findings of zizmor'],
    ['a role without an environment', '    environment: prod-plan\n', '', 'has a role, and no environment'],
    ['a role on any branch', "    if: github.ref == 'refs/heads/main'\n", '', 'has a role, and no condition'],
    [
      'a role and a file for download',
      'run: terraform init',
      `uses: ${UPLOAD}\n      - run: terraform init`,
      'uploads a file',
    ],
    ['a role beside npm', 'terraform init', 'npm ci && terraform init', 'runs a program of this repository'],
    ['any provider', 'init -lockfile=readonly', 'init', 'takes providers that the lock file does not name'],
  ])('with %s is refused', (_, good, bad, finding) => {
    expect(GOOD).toContain(good);
    const found = workflowFindings(
      'x.yml',
      GOOD.replace(good, () => bad),
    );
    expect(found.map(({ what }) => what)).toEqual([expect.stringContaining(finding)]);
  });

  it('that reads a variable which no document names is refused', () => {
    const text = '${{ vars.PLAN_ROLE }} ${{ vars.OTHER_ROLE }}';
    expect(undocumented(text, 'Set `PLAN_ROLE`.')).toEqual([
      { where: 'docs/aws.md', what: expect.stringContaining('OTHER_ROLE') },
    ]);
  });
});
