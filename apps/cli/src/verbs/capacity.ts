import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { capacity } from '../measure/capacity.ts';
import { findScenario } from '../measure/scenarios.ts';
import { renderCapacity, renderProbe } from '../report/capacity.ts';
import { readStage } from '../stage/stages.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'the highest arrival rate that holds the SLO (P95 within 200 ms, fewer than 1 error in 1,000)',
  needsStage: true,
  options: (command: Command) =>
    command
      .argument('[scenario]', 'default: the one that shows the stage')
      .option('--slo <ms>', 'a good answer comes within (default 200)'),
};

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const sloMs = amount('--slo', options.slo ?? 200, 1, 60_000);
  const named = context.args[0] === undefined ? undefined : findScenario(context.args[0]).name;
  const { runtime, state } = await runningStack(context);
  const scenario = named ?? (await readStage(state.stage)).facts.scenario;
  const result = await capacity(runtime, state, {
    scenario,
    sloMs,
    signal: context.signal,
    onProbe: (probe) => context.stderr(renderProbe(probe)),
  });
  context.stdout(
    context.json
      ? `${JSON.stringify({ ...result, saturated: result.saturated?.name ?? null })}\n`
      : renderCapacity(result),
  );
  if (result.why.length > 0) return EXIT.couldNotRun;
  return result.holdsAt === null ? EXIT.fallsShort : EXIT.holds;
}
