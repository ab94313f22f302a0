import type { Command } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { hasCache } from '../measure/cache-use.ts';
import { type ColdStart, coldStart } from '../measure/cold-start.ts';
import { wrongAnswers } from '../measure/summary.ts';
import { ERROR_LIMIT } from '../measure/validity.ts';
import { milliseconds } from '../report/milliseconds.ts';
import { renderProvenance } from '../report/provenance.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'empty the cache under load: how long until it is warm again, and what the databases get meanwhile',
  needsStage: true,
  options: (command: Command) =>
    command
      .option('--rate <perSecond>', 'seat maps asked for per second (default 200)')
      .option('--slo <ms>', 'a good answer comes within (default 200)'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const rate = amount('--rate', options.rate ?? 200, 1, 5000);
  const sloMs = amount('--slo', options.slo ?? 200, 1, 60_000);
  const { runtime, id, state } = await runningStack(context);
  if (!hasCache(state))
    throw new Failure(`Stage ${id.stage} has no cache.`, { next: 'It comes with stage 5.' });
  const result = await coldStart(runtime, state, {
    rate,
    sloMs,
    signal: context.signal,
    onProgress: (what) => context.stderr(`${what}\n`),
  });
  const { load, why: unseen, ...cold } = result;
  const why = [...load.run.why, ...unseen];
  const { summary } = load.side;
  const wrong = wrongAnswers(summary);
  const holds = wrong / Math.max(1, summary.requests) < ERROR_LIMIT && cold.backAfterMs !== null;
  const valid = why.length === 0;
  if (context.json)
    context.stdout(
      `${JSON.stringify({
        stage: id.stage,
        rate,
        valid,
        why,
        ...cold,
        requests: summary.requests,
        wrong,
        withinSlo: load.withinSlo,
        sloMs,
        latency: summary.latency,
        holds,
        provenance: load.provenance,
      })}\n`,
    );
  else context.stdout(render(result, wrong, why));
  if (!valid) return EXIT.couldNotRun;
  return holds ? EXIT.holds : EXIT.fallsShort;
}

function render({ load, before, ...cold }: ColdStart, wrong: number, why: readonly string[]): string {
  const { requests, latency } = load.side.summary;
  const reads = (perSecond: number): string => `${perSecond.toFixed(0)} reads/s by the databases`;
  return [
    `before    ${(before.ratio * 100).toFixed(1)} % of the reads answered by the cache, ${reads(before.databaseReadsPerSecond)}`,
    `emptied   at most ${reads(cold.peakDatabaseReadsPerSecond)}, ${cold.readsWhileCold} until it was warm`,
    cold.backAfterMs === null
      ? 'warm      not again while it was looked at'
      : `warm      again within ${milliseconds(cold.backAfterMs)}`,
    '',
    `${requests} requests, ${wrong} wrong, ${(load.withinSlo * 100).toFixed(1)} % within ${load.sloMs} ms, slowest ${milliseconds(latency?.maxMs ?? null)}`,
    '',
    renderProvenance(load.provenance, why),
    '',
  ].join('\n');
}
