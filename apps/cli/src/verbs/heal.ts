import type { Command } from 'commander';
import { guard } from '../failover/databases.ts';
import { readJournal } from '../failover/journal.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import type { Box } from '../runtime/runtime.ts';
import { boxNamed } from './box-name.ts';
import { type Running, runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'start a killed box again (without a name: all that are down)',
  needsStage: true,
  options: (command: Command) => command.argument('[box]', 'its name, as ps shows it'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const running = await runningStack(context);
  const { runtime, id, state } = running;
  const name = context.args[0];
  const boxes: Box[] = name ? [boxNamed(state, name)] : state.boxes.filter((box) => box.state !== 'ready');
  const databases = boxes.some(({ kind }) => kind === 'db' || kind === 'replica');
  if (databases) await refuseUnderWay(running);
  const healed: { box: string; readyMs: number }[] = [];
  for (const box of boxes) {
    const startedAt = Date.now();
    await runtime.heal(id, box.name);
    healed.push({ box: box.name, readyMs: Date.now() - startedAt });
  }
  const guarded = databases && (await guardAgain(running));
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, healed, guarded })}\n`);
  else if (healed.length === 0) context.stdout('Every box is up.\n');
  else
    for (const each of healed)
      context.stdout(`${each.box} is ready after ${(each.readyMs / 1000).toFixed(2)} s.\n`);
  if (guarded && !context.json) context.stdout('Commits are confirmed by a replica again.\n');
  return EXIT.holds;
}

/** A database that starts now would not know whom to follow. */
async function refuseUnderWay({ state }: Running): Promise<void> {
  const { underWay } = await readJournal(state);
  if (underWay === null) return;
  throw new Failure(`A failover from ${underWay} was interrupted: nobody is sure to lead.`, {
    where: underWay,
    next: `Complete it first: \`pnpm stage ${state.stage} failover\`.`,
  });
}

/** Where a failover left no replica, commits have waited for none since. */
async function guardAgain({ runtime, id, state }: Running): Promise<boolean> {
  const { past } = await readJournal(state);
  if (past.at(-1)?.sync !== 'suspended') return false;
  return await guard(runtime, (await runtime.state(id)) ?? state);
}
