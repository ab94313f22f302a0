import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '@scaling/cli/failure';
import { z } from 'zod';
import type { Synthesised } from '../synth/synthesise.ts';
import type { Finding } from './finding.ts';
import { runLinter } from './run-linter.ts';
import type { Tools } from './tools.ts';

/** Its reader of JSON gives up a file for these; there is nothing in them that it checks. */
const UNREAD = ['terraform', 'ephemeral', 'locals'];

const report = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() }),
    ),
  }),
  summary: z.object({ passed: z.number(), failed: z.number(), parsing_errors: z.number() }),
});

/** What checkov finds, and how much it looked at. @throws Failure when it did not look at everything. */
export async function runCheckov(
  stacks: readonly Synthesised[],
  { checkov }: Tools,
  signal: AbortSignal,
): Promise<{ readonly findings: Finding[]; readonly passed: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'checkov-'));
  try {
    for (const { name, text } of stacks) {
      await mkdir(join(folder, name));
      const parts = Object.entries(JSON.parse(text) as object).filter(([key]) => !UNREAD.includes(key));
      await writeFile(join(folder, name, 'cdk.tf.json'), JSON.stringify(Object.fromEntries(parts), null, 1));
    }
    const how = [
      '--framework',
      'terraform_json',
      '--output',
      'json',
      '--compact',
      '--quiet',
      '--skip-download',
    ];
    const linter = {
      name: 'checkov',
      file: checkov,
      argv: ['--directory', folder, ...how],
      cwd: folder,
      report,
    };
    const { results, summary } = await runLinter(linter, signal);
    if (summary.parsing_errors > 0)
      throw new Failure(`checkov could not read ${summary.parsing_errors} of ${stacks.length} stacks.`);
    const findings = results.failed_checks.map(
      ({ check_id: check, check_name: what, file_path: path, resource: where }): Finding => ({
        tool: 'checkov',
        check,
        stack: path.split('/')[1] ?? path,
        where,
        what,
      }),
    );
    return { findings, passed: summary.passed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
