import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { hasQueue } from '../measure/queue.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'send the messages that nobody could deal with (dead letters) round again, once their cause is gone',
  needsStage: true,
  options: (command: Command) => command,
};

const LIMIT_MS = 60_000;
const answer = z.object({ redriven: z.array(z.object({ key: z.string(), reason: z.string() })) });

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  if (!hasQueue(state))
    throw new Failure(`Stage ${id.stage} has no queue.`, { next: 'It comes with stage 8.' });
  const worker = state.boxes.find(
    (box) => box.kind === 'worker' && box.service === 'worker' && box.state === 'ready',
  );
  if (worker === undefined)
    throw new Failure('No worker is running, so nobody could deal with them.', {
      next: `pnpm stage ${id.stage} heal worker-1`,
    });
  const ask = ['node', 'admin/queue.mjs', 'redrive'];
  const { code, stdout, stderr } = await runtime.exec(id, worker.name, ask, { timeoutMs: LIMIT_MS });
  if (code !== 0)
    throw new Failure('The dead letters could not be sent again.', {
      where: `${worker.name}: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`,
      next: `pnpm stage ${id.stage} ps: is the broker up?`,
    });
  const { redriven } = answer.parse(JSON.parse(stdout));
  if (context.json) {
    context.stdout(`${JSON.stringify({ stage: id.stage, redriven })}\n`);
    return EXIT.holds;
  }
  if (redriven.length === 0) context.stdout('There are no dead letters.\n');
  for (const { key, reason } of redriven) context.stdout(`${key}  sent again; it was: ${reason}\n`);
  return EXIT.holds;
}
