import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderResharded } from '../report/reshard.ts';
import { rebalance } from '../shards/reshard.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'move one show’s bucket to another shard: the hottest show’s, to the shard that sold least',
  needsStage: true,
  options: (command: Command) =>
    command
      .option('--show <id>', 'whose bucket; without it, of the show that sold most')
      .option('--to <shard>', 'where; without it, to the shard that sold least'),
};

/** `--json`: as `reshard`, and `show`. */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const whole = (option: string, value: unknown, most: number) =>
    value === undefined ? undefined : Math.trunc(amount(option, value, 1, most));
  const show = whole('--show', options.show, 2_147_483_647);
  const shard = whole('--to', options.to, 64);
  const { runtime, state } = await runningStack(context);
  const result = await rebalance(runtime, state, { show, shard });
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderResharded(result));
  return EXIT.holds;
}
