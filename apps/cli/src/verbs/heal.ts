import type { Command } from 'commander';
import { copyAgain } from '../failover/copy-again.ts';
import { guard } from '../failover/databases.ts';
import { readJournal } from '../failover/journal.ts';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { renderHealed } from '../report/heal.ts';
import type { Box, Runtime, StackId } from '../runtime/runtime.ts';
import { refuseForeignShards } from '../shards/ask-shards.ts';
import { untilBoxes } from '../stage/until-boxes.ts';
import { boxesNamed } from './box-name.ts';
import { runningStack } from './running.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary: 'start a killed box, or a region’s boxes, again (without a name: all that are down)',
  needsStage: true,
  options: (command: Command) => command.argument('[box]', 'its name, as ps shows it; or a region: us, eu'),
};

export async function run(context: VerbContext): Promise<ExitCode> {
  const { runtime, id, state } = await runningStack(context);
  const name = context.args[0];
  const down = (box: Box): boolean => box.state !== 'ready';
  const named = name ? await boxesNamed(state, name) : { region: null, boxes: state.boxes.filter(down) };
  const wanted = named.region === null ? named.boxes : named.boxes.filter(down);
  const { underWay } = await readJournal(state);
  const boxes = wanted.filter(({ name }) => name !== underWay);
  // A replica may be what the failover waits for, so the other boxes are started.
  const refused = boxes.length === wanted.length ? null : interrupted(id, underWay ?? '');
  if (refused !== null && boxes.length === 0) throw refused;
  const databases = boxes.some(({ kind }) => kind === 'db' || kind === 'replica');
  const healed = await healAll(runtime, id, boxes);
  await untilBoxes(
    runtime,
    id,
    boxes.map(({ name }) => name),
    'ready',
  );
  const guarded = databases && (await guard(runtime, (await runtime.state(id)) ?? state));
  const isAsked = name === undefined || databases;
  const after = (await runtime.state(id)) ?? state;
  const copied = isAsked && named.region === null ? await copyAgain(runtime, after, name) : [];
  const touched = [...healed.map(({ box }) => box), ...copied];
  const setAside = databases || copied.length > 0 ? await runtime.setAside(id) : [];
  const result = { healed, guarded, copied, setAside: setAside.filter(({ box }) => touched.includes(box)) };
  if (context.json) context.stdout(`${JSON.stringify({ stage: id.stage, ...result })}\n`);
  else context.stdout(renderHealed(result));
  if (boxes.some(({ service }) => service === 'shard')) await refuseForeignShards(runtime, after);
  if (refused !== null) throw refused;
  return EXIT.holds;
}

/** All at the same time, as when the power comes back: each waits for what it needs itself. */
async function healAll(
  runtime: Runtime,
  id: StackId,
  boxes: readonly Box[],
): Promise<readonly { box: string; readyMs: number }[]> {
  const startedAt = Date.now();
  return await Promise.all(
    boxes.map(async ({ name }) => {
      await runtime.heal(id, name);
      return { box: name, readyMs: Date.now() - startedAt };
    }),
  );
}

/** A primary that is being replaced would not know whom to follow. */
function interrupted({ stage }: StackId, underWay: string): Failure {
  return new Failure(`A failover from ${underWay} was interrupted: nobody is sure to lead.`, {
    where: underWay,
    next: `Complete it first: \`pnpm stage ${stage} failover\`.`,
  });
}
