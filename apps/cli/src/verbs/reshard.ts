import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderResharded } from '../report/reshard.ts';
import { reshard } from '../shards/reshard.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'more or fewer shards: buckets move while the shop sells; run again, it goes on where it was cut short',
  needsStage: true,
  options: (command: Command) =>
    command
      .option('--to <n>', 'how many shards there shall be')
      .option('--undo', 'take back the moves that were cut short'),
};

/**
 * `--json`: `{stage, shards, seconds, resumed[], moved[], undone[], map: {version, shardOf[]}}`; a move is `{bucket,
 * source, target, state, frozenMs, rows}`.
 */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const to = options.to === undefined ? undefined : amount('--to', options.to, 1, 6);
  const { runtime, state } = await runningStack(context);
  const result = await reshard(runtime, state, {
    to,
    undo: options.undo === true,
    signal: context.signal,
    onStep: (what) => context.stderr(`${what}\n`),
  });
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderResharded(result));
  return EXIT.holds;
}
