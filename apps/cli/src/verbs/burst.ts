import type { Command } from 'commander';
import { EXIT_OF, type ExitCode, Failure } from '../failure.ts';
import { burst } from '../measure/burst.ts';
import { hasQueue } from '../measure/queue.ts';
import { findScenario } from '../measure/scenarios.ts';
import { renderBurst } from '../report/burst.ts';
import { amount } from './amount.ts';
import { runningStack } from './running.ts';
import { stopwatch } from './stopwatch.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'an ordinary load, then many times as much for a while: who is turned away, what waits, who has no mail?',
  needsStage: true,
  options: (command: Command) =>
    command
      .argument('[scenario]', 'the load (default buy)')
      .option('--rate <perSecond>', 'requests per second on an ordinary day (default 3)')
      .option('--times <n>', 'how many times as much comes in the burst (default 10)')
      .option('--duration <seconds>', 'how long the burst lasts (default 20)'),
};

const SLO_MS = 200;

export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const { name: scenario, purchases } = findScenario(context.args[0] ?? 'buy');
  if (purchases === 0)
    throw new Failure(`Nobody buys in "${scenario}": a burst of it leaves the queue empty.`, {
      next: 'For instance `burst buy`.',
    });
  const rate = amount('--rate', options.rate ?? 3, 1, 500);
  const times = amount('--times', options.times ?? 10, 1, 100);
  const seconds = amount('--duration', options.duration ?? 20, 1, 600);
  const { runtime, id, state } = await runningStack(context);
  if (!hasQueue(state))
    throw new Failure(`Stage ${id.stage} has no queue that would take a burst in.`, {
      next: `It comes with stage 8. Here: \`pnpm stage ${id.stage} capacity\`.`,
    });
  const result = await burst(runtime, state, {
    scenario,
    rate,
    times,
    seconds,
    sloMs: SLO_MS,
    signal: context.signal,
    onProgress: stopwatch(context),
  });
  context.stdout(context.json ? `${JSON.stringify(result)}\n` : renderBurst(result));
  return EXIT_OF[result.verdict];
}
