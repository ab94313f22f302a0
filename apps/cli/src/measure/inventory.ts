import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Box, BoxState, Runtime, StackState } from '../runtime/runtime.ts';
import { readRecords, recordsFolder, type StackRecords, writeRecords } from './stack-records.ts';

/** As in loadtests/lib/seats.ts. */
const SEATS_PER_SHOW = 500;
const PAIR = 2;
/** After a reset the databases clean up; figures taken meanwhile would pay for it. */
const SETTLE_MS = 2000;

export interface Inventory {
  readonly records: StackRecords;
  /** True when everything sold was given back before this run. */
  readonly reset: boolean;
}

/**
 * Sees to it that a run finds enough free seats: where they would run out, the shop is emptied of its reservations
 * first. A run must never meet a sold-out shop by accident.
 *
 * @param purchases the most the run can make, each of `size` seats. After purchases of another size the free seats have
 * gaps that these do not fit into: then the shop is emptied, too.
 */
export async function stockUp(
  runtime: Runtime,
  state: StackState,
  purchases: number,
  size: number = PAIR,
): Promise<Inventory> {
  const records = await readRecords(state);
  const needed = Math.ceil(purchases) * size;
  const seats = await seatsOfShop(state);
  const fits = records.seatOffset === 0 || (records.seatsPerPurchase ?? PAIR) === size || purchases === 0;
  if (!fits) return await emptied(runtime, state, records);
  if (records.seatOffset + needed <= seats) return { records, reset: false };
  if (needed > seats && records.seatOffset === 0) return { records, reset: false };
  return await emptied(runtime, state, records);
}

async function emptied(runtime: Runtime, state: StackState, records: StackRecords): Promise<Inventory> {
  await reset(runtime, state);
  const empty: StackRecords = { ...records, seatOffset: 0, runs: [] };
  await rm(recordsFolder(state), { recursive: true, force: true });
  await writeRecords(state, empty);
  await sleep(SETTLE_MS);
  return { records: empty, reset: true };
}

/**
 * Notes that a run took place. `purchases`: those it tried; `users`: virtual users that may each have had one more
 * under way.
 */
export async function noteRun(
  state: StackState,
  run: { results: string; purchases: number; users: number; size?: number },
): Promise<void> {
  const size = run.size ?? PAIR;
  const records = await readRecords(state);
  await writeRecords(state, {
    ...records,
    seatOffset: records.seatOffset + (run.purchases === 0 ? 0 : run.purchases + run.users) * size,
    ...(run.purchases === 0 ? {} : { seatsPerPurchase: size }),
    runs: [...records.runs, run.results],
  });
}

async function reset(runtime: Runtime, state: StackState): Promise<void> {
  const box = appBox(state);
  const { code, stderr } = await runtime.exec(state, box, ['node', 'admin/reset.mjs'], { timeoutMs: 30_000 });
  if (code !== 0) {
    throw new Failure('The seats ran out and the shop could not be emptied.', {
      where: `${box}: ${stderr.trim().split('\n').at(-1) ?? `status ${code}`}`,
      next: `pnpm stage ${state.stage} down, then up: a new shop has all its seats.`,
    });
  }
}

/** The best first. An app waits for a database that takes writes: with none there, commands run in one that waits. */
const RUNS_COMMANDS: readonly BoxState[] = ['ready', 'unhealthy', 'starting'];

/** A box that has the shop's own commands and the sales' database: of several services the one that sells. */
export function appBox(state: StackState): string {
  const rank = (box: Box): number =>
    RUNS_COMMANDS.indexOf(box.state) * 2 + Number(box.service !== 'reservations');
  const [best] = state.boxes
    .filter((box) => ['app', 'single'].includes(box.kind) && RUNS_COMMANDS.includes(box.state))
    .sort((one, other) => rank(one) - rank(other));
  if (best !== undefined) return best.name;
  throw new Failure(`No app of stage ${state.stage} is running.`, {
    next: `Start one: \`pnpm stage ${state.stage} heal\`.`,
  });
}

async function seatsOfShop(state: StackState): Promise<number> {
  const answer = await fetch(`${state.site}/shows`, { signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      throw new Failure('The shop does not answer.', { where: `${state.site}/shows`, cause: error });
    },
  );
  const shows: unknown = answer.ok ? await answer.json() : null;
  if (!Array.isArray(shows)) {
    throw new Failure(`The shop's list of shows cannot be read (status ${answer.status}).`, {
      where: `${state.site}/shows`,
      next: `pnpm stage ${state.stage} logs`,
    });
  }
  return shows.length * SEATS_PER_SHOW;
}
