import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

/** A reshard of a full shop on small boxes takes a minute or two. */
const LIMIT_MS = 15 * 60_000;

const move = z.object({
  bucket: z.number(),
  source: z.number(),
  target: z.number(),
  state: z.enum(['planned', 'copying', 'handed-over', 'done', 'undone']),
  frozenMs: z.number().nullable(),
  rows: z.number().nullable(),
});

const resharding = z.object({
  show: z.number().optional(),
  resumed: z.array(move),
  moved: z.array(move),
  undone: z.array(move),
  map: z.object({ version: z.number(), shardOf: z.array(z.number()) }),
});

const audited = z.object({
  version: z.number(),
  shards: z.array(z.object({ number: z.number(), buckets: z.number(), rows: z.number() })),
  misplaced: z.number(),
  disputed: z.number(),
  planless: z.number(),
  examples: z.array(z.string()),
});

const looked = z.object({
  version: z.number(),
  shards: z.array(z.object({ number: z.number(), buckets: z.number() })),
  unfinished: z.array(move),
});

/** One bucket's move, as the journal has it. */
export type Move = z.infer<typeof move>;
/** What was moved, completed and taken back, and the map after it. */
export type Resharding = z.infer<typeof resharding>;
/** What each shard holds, and what of it is not where the map says. */
export type ShardAudit = z.infer<typeof audited>;

/** The boxes of a stage's shards, in order; empty in a stage without any. */
export function shardBoxes(state: StackState): readonly string[] {
  return state.boxes.filter((box) => box.service === 'shard').map((box) => box.name);
}

/** @throws Failure in a stage without shards. */
export function refuseWithoutShards(state: StackState): void {
  if (shardBoxes(state).length > 0) return;
  throw new Failure(`Stage ${state.stage} has no shards.`, { next: 'They come with stage 9.' });
}

export async function moveBuckets(
  runtime: Runtime,
  state: StackState,
  words: readonly string[],
): Promise<Resharding> {
  return resharding.parse(await ask(runtime, state, words));
}

export async function look(runtime: Runtime, state: StackState): Promise<z.infer<typeof looked>> {
  return looked.parse(await ask(runtime, state, ['look']));
}

/**
 * Says so when a shard came back without its data. What cannot be asked yet is not judged.
 *
 * @throws Failure that names the shard.
 */
export async function refuseForeignShards(runtime: Runtime, state: StackState): Promise<void> {
  const answer = await ask(runtime, state, ['foreign']).catch(() => ({ foreign: [] }));
  const [first, ...others] = z.object({ foreign: z.array(z.string()) }).parse(answer).foreign;
  if (first !== undefined)
    throw new Failure(`${[first, ...others].join('; ')}.`, { next: withoutItsData(state) });
}

/** What to do about a shard whose data is gone. */
function withoutItsData({ stage }: StackState): string {
  return `Put its data back where it was, then \`pnpm stage ${stage} heal\`. The other shards go on selling. Without that data its sales are lost: \`pnpm stage ${stage} down\` and \`up\` begin again.`;
}

export async function auditShards(runtime: Runtime, state: StackState): Promise<ShardAudit> {
  return audited.parse(await ask(runtime, state, ['audit']));
}

/** A box that knows the shards and serves no buyer: moving takes nothing from the shop's apps. */
function desk(state: StackState): string {
  const ready = state.boxes.filter((box) => box.state === 'ready');
  const found =
    ready.find((box) => box.service === 'relay') ?? ready.find((box) => box.service === 'reservations');
  if (found !== undefined) return found.name;
  throw new Failure('No box is up from which the shards could be asked.', {
    next: `pnpm stage ${state.stage} heal`,
  });
}

async function ask(runtime: Runtime, state: StackState, words: readonly string[]): Promise<unknown> {
  const box = desk(state);
  const { code, stdout, stderr } = await runtime.exec(state, box, ['node', 'admin/shards.mjs', ...words], {
    timeoutMs: LIMIT_MS,
  });
  if (code === 0) return JSON.parse(stdout);
  const said = stderr.trim().split('\n').at(-1) || `status ${code}`;
  throw new Failure(`The shards could not be asked to ${words[0]}: ${said}.`, {
    where: box,
    next: / holds another database /.test(said)
      ? withoutItsData(state)
      : `Nothing is lost. What stands: \`pnpm stage ${state.stage} ps\`; then \`pnpm stage ${state.stage} reshard\` goes on where it stopped, \`reshard --undo\` takes it back.`,
  });
}
