import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '@scaling/cli/failure';
import { execa } from 'execa';
import { z } from 'zod';
import { writeStacks } from '../synth/output.ts';
import type { Synthesised } from '../synth/synthesise.ts';
import type { Finding } from './finding.ts';
import type { Tools } from './tools.ts';

const LIMIT_MS = 300_000;

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
    const { stdout, stderr } = await execa(tflint, ['--recursive', `--config=${config}`, '--format=json'], {
      cwd: to,
      env: { TFLINT_PLUGIN_DIR: rules },
      reject: false,
      timeout: LIMIT_MS,
      cancelSignal: signal,
      maxBuffer: 64 * 2 ** 20,
    });
    signal.throwIfAborted();
    const { issues, errors } = parsed(stdout, stderr);
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

function parsed(stdout: string, stderr: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Failure('tflint did not say what it found.', {
      where: (stderr.trim() || stdout.trim()).split('\n').slice(-3).join('\n'),
      cause,
    });
  }
}
