import { STALENESS } from '@scaling/tickets/lifetimes';
import type { Command } from 'commander';
import { quantileSorted } from 'simple-statistics';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { hasCache } from '../measure/cache-use.ts';
import { suggestion } from '../nearest.ts';
import { innerSite, innerSiteOf } from '../regions/inner-site.ts';
import { renderStaleRead } from '../report/stale-read.ts';
import type { StackState } from '../runtime/runtime.ts';
import { ageAfterSale } from '../stage/age-after-sale.ts';
import { regionsOf } from '../stage/regions.ts';
import { readStage } from '../stage/stages.ts';
import { staleRead } from '../stage/stale-read.ts';
import { amount } from './amount.ts';
import { type Running, runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'how old an answer may be. Stage 4: stop the replicas from replaying, buy a seat, read it back: who sees it sold? From stage 5: buy, and time how long others still see the seat as free',
  needsStage: true,
  options: (command: Command) =>
    command
      .option('--rounds <sales>', 'sales, with a cache (default 20)')
      .option('--in <region>', 'the others read in this region (stage 7); the seat is bought at home'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const running = await runningStack(context);
  const rounds = amount('--rounds', options.rounds ?? 20, 1, 1000);
  const readAt = options.in === undefined ? undefined : await siteIn(running.state, String(options.in));
  return hasCache(running.state)
    ? await throughCache(context, running, { rounds, readAt })
    : await throughReplicas(context, running);
}

/** Where visitors of a region come in. @throws Failure naming the regions there are. */
async function siteIn(state: StackState, region: string): Promise<string> {
  const file = await readStage(state.stage);
  const regions = regionsOf(file);
  if (regions.includes(region)) return await innerSiteOf(file, state, region);
  throw new Failure(`Stage ${state.stage} has no region "${region}".`, {
    next: regions.length === 0 ? 'Regions come with stage 7.' : suggestion(region, regions),
  });
}

/** Others than the buyer read a map from the cache: how long after a sale? */
async function throughCache(
  context: VerbContext,
  { id, state }: Running,
  { rounds, readAt }: { rounds: number; readAt: string | undefined },
): Promise<ExitCode> {
  const { ever, elsewhere } = STALENESS;
  const told = readAt === undefined ? STALENESS.told : elsewhere;
  const { reads, fromCache, ages } = await ageAfterSale(await innerSite(state), {
    rounds,
    lookMs: 2 * told,
    mostMs: 2 * ever,
    ...(readAt === undefined ? {} : { readAt }),
    signal: context.signal,
  });
  const sorted = [...ages].sort((one, other) => one - other);
  const maxMs = Math.round(sorted.at(-1) ?? 0);
  const p95Ms = Math.round(quantileSorted(sorted, 0.95));
  // Reads that the cache did not answer say nothing of it.
  const seen = fromCache > 0;
  const holds = seen && maxMs <= told;
  const answer = {
    stage: id.stage,
    rounds,
    reads,
    fromCache,
    maxMs,
    p95Ms,
    boundMs: told,
    everMs: ever,
    holds,
  };
  if (context.json) context.stdout(`${JSON.stringify(answer)}\n`);
  else
    context.stdout(
      [
        `${rounds} seats bought, ${reads} reads by others meanwhile, ${fromCache} answered from the cache`,
        '',
        `a seat was last shown as free after its buyer was told it is theirs`,
        `  P95      ${p95Ms} ms`,
        `  longest  ${maxMs} ms`,
        `  bound    ${told} ms (${ever} ms for a sale that the cache could not be told of)`,
        '',
        !seen
          ? 'Void: the cache answered none of them.'
          : holds
            ? 'Within the bound.'
            : 'Older than the bound.',
        '',
      ].join('\n'),
    );
  if (!seen) return EXIT.couldNotRun;
  return holds ? EXIT.holds : EXIT.fallsShort;
}

/** Replicas that stand still: does the buyer see what they bought? */
async function throughReplicas(context: VerbContext, running: Running): Promise<ExitCode> {
  const { id } = running;
  const seen = await staleRead(running);
  const { shown } = seen;
  if (context.json)
    context.stdout(`${JSON.stringify({ stage: id.stage, ...seen, holds: shown === 'as-promised' })}\n`);
  else context.stdout(`${renderStaleRead(seen)}\n`);
  return { 'as-promised': EXIT.holds, broken: EXIT.fallsShort, nothing: EXIT.couldNotRun }[shown];
}
