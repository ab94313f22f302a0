import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '@scaling/cli/failure';
import { z } from 'zod';
import { writeStacks } from '../synth/output.ts';
import type { Synthesised } from '../synth/synthesise.ts';
import type { Finding } from './finding.ts';
import { runLinter } from './run-linter.ts';
import type { Tools } from './tools.ts';

const report = z.object({
  issues: z.array(
    z.object({
      rule: z.object({ name: z.string() }),
      message: z.string(),
      range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }),
    }),
  ),
  errors: z.array(z.object({ message: z.string() })),
});

/** What tflint finds. @throws Failure when it did not look at everything. */
export async function runTflint(
  stacks: readonly Synthesised[],
  { tflint, rules, config }: Tools,
  signal: AbortSignal,
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tflint-'));
  const to = join(folder, 'stacks');
  try {
    await writeStacks(stacks, { all: true, to });
    const argv = ['--recursive', `--config=${config}`, '--format=json'];
    const linter = { name: 'tflint', file: tflint, argv, cwd: to, env: { TFLINT_PLUGIN_DIR: rules }, report };
    const { issues, errors } = await runLinter(linter, signal);
    const [error] = errors;
    if (error !== undefined)
      throw new Failure('tflint could not look at everything.', { where: error.message });
    return issues.map(
      ({ rule, message, range }): Finding => ({
        tool: 'tflint',
        check: rule.name,
        stack: dirname(range.filename),
        where: `line ${range.start.line}`,
        what: message,
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
