import { parseOptions } from '@scaling/cli/bench/command';
import { EXIT, type ExitCode } from '@scaling/cli/failure';
import { ROOT } from '@scaling/cli/stage/stages';
import { Command } from 'commander';
import { lint } from '../lint/lint.ts';
import { renderLint } from '../lint/render.ts';
import { requireTools } from '../lint/tools.ts';
import { lintWorkflows, renderWorkflows } from '../lint/workflows.ts';
import { plansOf } from '../synth/plans.ts';
import { type Chosen, choiceOf, withChoice } from './choice.ts';

/**
 * `pnpm infra lint`: checkov and tflint over what would be synthesised, zizmor and actionlint over the workflows. Ends with
 * 1 where one of them finds something.
 */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const command = withChoice(
    new Command('pnpm infra lint').description(
      'checkov and tflint over what would be synthesised, zizmor and actionlint over the workflows',
    ),
  );
  const options = parseOptions<Chosen>(command, argv);
  if (options === null) return EXIT.holds;
  const tools = requireTools();
  const linted = await lint(await plansOf(await choiceOf(options)), tools, signal);
  const workflows = await lintWorkflows(ROOT, tools, signal);
  const all = options.stage === undefined && options.env === undefined;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...linted, workflows })}\n`
      : renderLint(linted, all) + renderWorkflows(workflows),
  );
  const wrong = linted.findings.length + workflows.length + (all ? linted.unneeded.length : 0);
  return wrong > 0 ? EXIT.fallsShort : EXIT.holds;
}
