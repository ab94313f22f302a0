import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { grow } from '../measure/grow.ts';
import { renderGrowth } from '../report/grow.ts';
import { readStage } from '../stage/stages.ts';
import { stageOf, type VerbContext } from './verb.ts';

export const command = {
  summary: 'a bigger database or more of them? One at 2 and 4 times its quota against 2 and 4 shards',
  needsStage: true,
  stacks: 'starts' as const,
  options: (command: Command) => command,
};

/**
 * `--json`: `{stage, scenario, up[], out[], why[], provenance}`; of each: `boxes`, `coresEach`, `rps`, `ratio`, `p95Ms`,
 * `saturated`, `saturatedShare`, `coreSecondsPer1000`.
 */
export async function run(context: VerbContext): Promise<ExitCode> {
  const stage = stageOf(context);
  if ((await readStage(stage)).services.shard === undefined)
    throw new Failure(`Stage ${stage} has no shards.`, { next: 'They come with stage 9.' });
  const runtime = await context.chooseRuntime();
  const result = await grow(runtime, stage, {
    signal: context.signal,
    onProgress: (what) => context.stderr(`${what}\n`),
  });
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderGrowth(result));
  return result.why.length === 0 ? EXIT.holds : EXIT.couldNotRun;
}
