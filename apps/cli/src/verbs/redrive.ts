import type { Command } from 'commander';
import { z } from 'zod';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { hasQueue } from '../measure/queue.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { runningStack } from './running.ts';
import { span } from './span.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'send the messages that nobody could deal with (dead letters) round again, once their cause is gone',
  needsStage: true,
  options: (command: Command) =>
    command.option(
      '--sold-within <duration>',
      'instead, compare what was sold within 90m, 12h, 3d with what was mailed, and mail what is missing',
    ),
};

const LIMIT_MS = 60_000;
const SWEEP_LIMIT_MS = 300_000;
/** The workers remember for thirty days what they mailed: what is older would be mailed a second time. */
const MOST_DAYS = 28;
const redrivenAnswer = z.object({ redriven: z.array(z.object({ key: z.string(), reason: z.string() })) });
const sweptAnswer = z.object({ compared: z.number(), published: z.number() });

/** `--json`: `{stage, redriven: [{key, reason}]}`; with `--sold-within`, `{stage, compared, published}`. */
export async function run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode> {
  const seconds =
    options.soldWithin === undefined ? null : span('--sold-within', options.soldWithin, MOST_DAYS);
  const { runtime, id, state } = await runningStack(context);
  if (!hasQueue(state))
    throw new Failure(`Stage ${id.stage} has no queue.`, { next: 'It comes with stage 8.' });
  if (seconds === null) {
    const found = redrivenAnswer.parse(await ask(runtime, state, 'worker', ['redrive'], LIMIT_MS));
    if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, ...found })}\n`);
    else context.stdout(redrivenText(found));
    return EXIT.holds;
  }
  const found = sweptAnswer.parse(
    await ask(runtime, state, 'relay', ['sweep', String(seconds)], SWEEP_LIMIT_MS),
  );
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, ...found })}\n`);
  else context.stdout(sweptText(found));
  return EXIT.holds;
}

/** Runs `admin/queue.mjs` in a box of this service. @throws Failure when there is none, or it fails */
async function ask(
  runtime: Runtime,
  state: StackState,
  service: string,
  words: readonly string[],
  timeoutMs: number,
): Promise<unknown> {
  const { stage } = state;
  const box = state.boxes.find(
    (one) => one.kind === 'worker' && one.service === service && one.state === 'ready',
  );
  if (box === undefined)
    throw new Failure(`No ${service} is running, so nothing can be sent again.`, {
      next: `pnpm stage ${stage} ps shows which box to heal.`,
    });
  const { code, stdout, stderr } = await runtime.exec(
    state,
    box.name,
    ['node', 'admin/queue.mjs', ...words],
    {
      timeoutMs,
    },
  );
  if (code !== 0)
    throw new Failure('Nothing could be sent again.', {
      where: `${box.name}: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`,
      next: `pnpm stage ${stage} ps: is the broker up, and each database?`,
    });
  return JSON.parse(stdout);
}

function redrivenText({ redriven }: z.infer<typeof redrivenAnswer>): string {
  if (redriven.length === 0) return 'There are no dead letters.\n';
  return redriven.map(({ key, reason }) => `${key}  sent again; it was: ${reason}\n`).join('');
}

function sweptText({ compared, published }: z.infer<typeof sweptAnswer>): string {
  const missing =
    published === 0
      ? 'all of them are done with.'
      : `${published} of them are not known to be done with: the workers get them again.`;
  return `${compared} sales and cancellations with a mailed ticket compared; ${missing}\n`;
}
