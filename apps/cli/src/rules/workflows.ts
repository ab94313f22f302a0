import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';
import { trackedFiles } from './tracked-files.ts';

const FOLDER = '.github/workflows';
/** Says which roles, environments and variables the workflows need. */
const DOCUMENT = 'docs/aws.md';
const MAIN_ONLY = "github.ref == 'refs/heads/main'";

/** The form that zizmor wants is not known to actionlint yet. */
const EXCEPTED = ['[self-repository]'];

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const job = z.looseObject({
  if: z.string().optional(),
  uses: z.string().optional(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.unknown(),
  permissions: z.unknown().optional(),
  jobs: z.record(z.string(), job),
});
type Job = z.infer<typeof job>;

/** What a workflow may do: actions by their commit, no rights but those it names, roles on the main branch only. */
export const workflows: Rule = {
  name: 'workflows',
  async find() {
    const files = (await trackedFiles()).filter((path) => path.startsWith(`${FOLDER}/`));
    const texts = await Promise.all(
      files.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const),
    );
    const findings = texts.flatMap(([path, text]) => workflowFindings(path, text));
    const document = await readFile(join(ROOT, DOCUMENT), 'utf8');
    return [...findings, ...undocumented(texts.map(([, text]) => text).join('\n'), document)];
  },
};

/** Every way in which one workflow breaks the rule. */
export function workflowFindings(path: string, text: string): Finding[] {
  const findings = text.split('\n').flatMap((line, index): Finding[] => {
    const used = /^\s*(?:- )?uses:\s*(\S+)(.*)$/.exec(line);
    if (!used?.[1] || used[1].startsWith('./')) return [];
    if (/@[0-9a-f]{40}$/.test(used[1]) && /^ # v\d+\.\d+\.\d+$/.test(used[2] ?? '')) return [];
    const what = `${used[1]} is not an action by the hash of its commit, with its version as a comment`;
    return [{ where: `${path}:${index + 1}`, what }];
  });
  for (const [ignored] of text.matchAll(/zizmor: ignore\S*/g))
    if (!EXCEPTED.includes(ignored.slice('zizmor: ignore'.length)))
      findings.push({ where: path, what: `hides findings of zizmor: ${ignored}` });
  const { on, permissions, jobs } = workflow.parse(parseDocument(text).toJS());
  const whole = (what: string): Finding => ({ where: path, what });
  if (JSON.stringify(on).includes('pull_request_target'))
    findings.push(whole('pull_request_target gives rights to the code of a pull request'));
  if (JSON.stringify(permissions) !== '{}')
    findings.push(whole('does not begin without rights: write `permissions: {}`, and rights for each job'));
  for (const [name, each] of Object.entries(jobs))
    findings.push(...jobFindings(each).map((what) => ({ where: `${path}, job ${name}`, what })));
  return findings;
}

function jobFindings(each: Job): string[] {
  const found: string[] = [];
  const runs = each.steps.flatMap(({ run }) => run ?? []);
  if (each.permissions === undefined) found.push('names no permissions of its own');
  if (runs.some((run) => run.includes('${{')))
    found.push('puts an expression into a script, which may then hold other commands: pass it by `env`');
  for (const { uses, with: options } of each.steps)
    if (uses?.startsWith('actions/checkout@') && options?.['persist-credentials'] !== false)
      found.push('leaves the token in the checkout: write `persist-credentials: false`');
  if (each.permissions?.['id-token'] !== 'write' || each.uses !== undefined) return found;
  if (each.environment === undefined) found.push('has a role, and no environment that could protect it');
  if (!each.if?.includes(MAIN_ONLY)) found.push(`has a role, and no condition \`${MAIN_ONLY}\``);
  if (each.steps.some(({ uses }) => uses?.startsWith('actions/upload-artifact@')))
    found.push('has a role, and uploads a file: what it reads with the role would be in the file');
  if (runs.some((run) => /\b(npm|npx|pnpm|node|docker build|infra\/bin|apps\/)\b/.test(run)))
    found.push('has a role, and runs a program of this repository or of its packages');
  for (const run of runs)
    if (/\bterraform init\b(?! -lockfile=readonly)/.test(run))
      found.push('takes providers that the lock file does not name: `terraform init -lockfile=readonly`');
  return found;
}

/** Variables that the workflows read and the document does not name. */
export function undocumented(texts: string, document: string): Finding[] {
  const names = new Set([...texts.matchAll(/\bvars\.([A-Z_]+)/g)].map(([, name = '']) => name));
  return [...names]
    .filter((name) => !document.includes(`\`${name}\``))
    .map((name) => ({ where: DOCUMENT, what: `does not name the variable ${name}, which a workflow reads` }));
}
