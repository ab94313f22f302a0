import type { Command } from 'commander';
import { failover } from '../failover/failover.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { renderFailover } from '../report/failover.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'kill the primary, promote the replica that has most of its log, fence the old one; heal brings it back',
  needsStage: true,
  options: (command: Command) =>
    command
      .option(
        '--cut <ms>',
        'the replicas stop receiving so long before: what may an asynchronous primary take with it?',
      )
      .option('--lossy', 'go on although acknowledged sales may be lost'),
};

/**
 * `--json`: `{stage, from, to, resumed, goneMs, promotedMs, firstWriteMs, redundantMs, followers, timeline, lastSeen,
 * position, sync, cutMs, silent, lossy}`; times since the primary was killed, null for what did not happen.
 */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const cutMs = amount('--cut', options.cut ?? 0, 0, 60_000);
  const { runtime, state } = await runningStack(context);
  const result = await failover(runtime, state, {
    cutMs,
    lossy: options.lossy === true,
    signal: context.signal,
    onStep: (what, ms) =>
      context.stderr(`${ms === null ? '        ' : `${(ms / 1000).toFixed(2).padStart(6)} s`}  ${what}\n`),
  });
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderFailover(result));
  return result.firstWriteMs === null ? EXIT.fallsShort : EXIT.holds;
}
