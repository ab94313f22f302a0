import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@scaling/cli/failure';
import { z } from 'zod';
import { runLinter } from './run-linter.ts';
import type { Tools } from './tools.ts';

/** What a linter found in a workflow of GitHub's, or in the settings of its updater. */
export interface WorkflowFinding {
  readonly tool: 'zizmor' | 'actionlint';
  /** `template-injection`, `expression` */
  readonly check: string;
  /** `.github/workflows/test.yml:12` */
  readonly where: string;
  readonly what: string;
}

/** https://docs.zizmor.sh/usage/#output-formats */
const zizmorReport = z.array(
  z.object({
    ident: z.string(),
    desc: z.string(),
    locations: z.array(
      z.object({
        symbolic: z.object({
          key: z.object({ Local: z.object({ verbatim_path: z.string() }) }),
          kind: z.string(),
        }),
        concrete: z.object({ location: z.object({ start_point: z.object({ row: z.number() }) }) }),
      }),
    ),
  }),
);
/** https://github.com/rhysd/actionlint/blob/main/docs/usage.md#format */
const actionlintReport = z.array(
  z.object({ message: z.string(), filepath: z.string(), line: z.number(), kind: z.string() }),
);

/** What zizmor and actionlint find below the .github folder of `root`. @throws Failure when one of them did not look. */
export async function lintWorkflows(
  root: string,
  tools: Tools,
  signal: AbortSignal,
): Promise<WorkflowFinding[]> {
  const found = await Promise.all([runZizmor(root, tools, signal), runActionlint(root, tools, signal)]);
  return found.flat();
}

async function runZizmor(root: string, { zizmor }: Tools, signal: AbortSignal): Promise<WorkflowFinding[]> {
  // Without questions to GitHub, so that a run depends on nothing but the files; all checks, also the doubtful ones.
  const argv = [
    '--offline',
    '--no-progress',
    '--persona=auditor',
    '--strict-collection',
    '--format=json-v1',
    '.github',
  ];
  const linter = { name: 'zizmor', file: zizmor, argv, cwd: root, report: zizmorReport };
  return (await runLinter(linter, signal)).map(({ ident, desc, locations }) => {
    const place = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
    const path = place?.symbolic.key.Local.verbatim_path ?? '.github';
    const line = (place?.concrete.location.start_point.row ?? 0) + 1;
    return { tool: 'zizmor', check: ident, where: `${path}:${line}`, what: desc };
  });
}

async function runActionlint(
  root: string,
  { actionlint, shellcheck }: Tools,
  signal: AbortSignal,
): Promise<WorkflowFinding[]> {
  const folder = join('.github', 'workflows');
  const files = (await readdir(join(root, folder))).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) throw new Failure('There are no workflows to lint.', { where: folder });
  const argv = ['-format', '{{json .}}', '-shellcheck', shellcheck, '-pyflakes', ''];
  const linter = {
    name: 'actionlint',
    file: actionlint,
    argv: [...argv, ...files.map((name) => join(folder, name))],
    cwd: root,
    report: actionlintReport,
  };
  return (await runLinter(linter, signal)).map(({ message, filepath, line, kind }) => ({
    tool: 'actionlint',
    check: kind,
    where: `${filepath}:${line}`,
    what: message,
  }));
}

/** A line for each finding, then a sum. */
export function renderWorkflows(findings: readonly WorkflowFinding[]): string {
  return [
    ...findings.map(({ tool, check, where, what }) => `${where}: ${what} (${tool} ${check})`),
    `Workflows: ${findings.length} findings of zizmor and actionlint`,
    '',
  ].join('\n');
}
