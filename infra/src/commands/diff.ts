import { parseOptions } from '@scaling/cli/bench/command';
import { EXIT, type ExitCode } from '@scaling/cli/failure';
import { Command } from 'commander';
import { changesBetween } from '../diff/changes.ts';
import { renderDiff, type StackDiff } from '../diff/render.ts';
import { withVersion } from '../diff/synthesise-version.ts';
import { OUTPUT, readStack } from '../synth/output.ts';
import { type Plan, plansOf } from '../synth/plans.ts';
import { synthesise } from '../synth/synthesise.ts';
import { type Chosen, choiceOf, withChoice } from './choice.ts';

interface Options extends Chosen {
  readonly against?: string;
}

/** `pnpm infra diff`: what would change, resource by resource, against what was synthesised last or another version. */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const command = withChoice(
    new Command('pnpm infra diff').description('what would change, resource by resource; writes nothing'),
  ).option('--against <ref>', 'a branch, tag or commit; if not said, what `pnpm infra synth` wrote last');
  const options = parseOptions<Options>(command, argv);
  if (options === null) return EXIT.holds;
  const plans = await plansOf(await choiceOf(options));
  const diffs =
    options.against === undefined
      ? await diffsAgainst(plans, OUTPUT)
      : await withVersion(options.against, signal, (folder) => diffsAgainst(plans, folder));
  const against = options.against ?? 'what was synthesised last';
  process.stdout.write(
    options.json ? `${JSON.stringify({ against, stacks: diffs })}\n` : renderDiff(diffs, against),
  );
  return EXIT.holds;
}

async function diffsAgainst(plans: readonly Plan[], folder: string): Promise<StackDiff[]> {
  return Promise.all(
    plans.map(async (plan) => {
      const { name, text } = synthesise(plan);
      return { name, changes: changesBetween(await readStack(name, folder), text) };
    }),
  );
}
