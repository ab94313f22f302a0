import { relative, resolve } from 'node:path';
import { parseOptions } from '@scaling/cli/bench/command';
import { EXIT, type ExitCode } from '@scaling/cli/failure';
import { ROOT } from '@scaling/cli/stage/stages';
import { Command } from 'commander';
import { OUTPUT, writeStacks } from '../synth/output.ts';
import { plansOf } from '../synth/plans.ts';
import { synthesise } from '../synth/synthesise.ts';
import { type Chosen, choiceOf, withChoice } from './choice.ts';

/** `pnpm infra synth`: what Terraform reads, written whole or not at all. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const command = withChoice(
    new Command('pnpm infra synth').description('write what Terraform reads: no credentials, no network'),
  );
  command.option('--to <folder>', 'where to write it', OUTPUT);
  const options = parseOptions<Chosen & { readonly to: string }>(command, argv);
  if (options === null) return EXIT.holds;
  const began = performance.now();
  const choice = await choiceOf(options);
  const stacks = (await plansOf(choice)).map(synthesise);
  await writeStacks(stacks, {
    to: options.to,
    all: choice.stages.length === 0 && choice.environments.length === 0,
  });
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  const rows = stacks.map(({ name, text }) => ({ name, resources: countOf(text) }));
  const folder = relative(ROOT, resolve(options.to));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ folder, seconds, stacks: rows })}\n`
      : [
          ...rows.map(
            ({ name, resources }) => `${name.padEnd(10)} ${String(resources).padStart(4)} resources`,
          ),
          `${rows.length} stacks in ${folder}, ${seconds} s`,
          '',
        ].join('\n'),
  );
  return EXIT.holds;
}

function countOf(text: string): number {
  const { resource } = JSON.parse(text) as { resource: Record<string, object> };
  return Object.values(resource).reduce((sum, each) => sum + Object.keys(each).length, 0);
}
