import { availableParallelism } from 'node:os';
import type { Runtime } from '../runtime/runtime.ts';
import { type Both, both, type Which } from './comparison.ts';
import type { Pair } from './pair.ts';
import { type Expected, type Placement, place } from './placement.ts';
import { type Run, type RunPlan, runLoad, type Side, type SideRun } from './run.ts';

/** In which order the two stages are loaded: both at once, or one after the other. */
export type Order = 'at once' | readonly Which[];

/** How a pair is measured. */
export interface Setting {
  readonly order: Order;
  /** Of both at once, or of each while it has its turn. */
  readonly placement: Both<Placement>;
}

/** Both stages under load, at once or in turn. */
export interface Window {
  readonly sides: Both<SideRun>;
  readonly why: readonly string[];
}

/** Loads both stages with as many users each, who ask again as soon as they are answered, for so many seconds. */
export type LoadEach = (
  users: number,
  seconds: { readonly lead: number; readonly duration: number },
) => Promise<Window>;

/**
 * Above this share of the machine's cores, boxes would wait for a processor rather than for their quota: then a ratio says
 * who got it, and P95 how long the queue for it was.
 */
const CROWDED = 0.6;

/** Whether two stages fit on this machine at once; else in turn, and in the other turn at the next boot. */
export function orderFor(usedCores: number, earlier: Order | undefined): Order {
  if (earlier !== undefined) return earlier === 'at once' ? earlier : earlier.toReversed();
  return usedCores > CROWDED * availableParallelism() ? ['previous', 'this'] : 'at once';
}

/** Places the boxes for the window that follows. */
export async function settle(
  runtime: Runtime,
  pair: Pair,
  order: Order,
  expected: Expected,
): Promise<Setting> {
  if (order === 'at once') {
    const placed = await place(runtime, [pair.previous, pair.this], expected);
    return { order, placement: both(() => placed) };
  }
  return {
    order,
    placement: {
      previous: await place(runtime, [pair.previous], expected),
      this: await place(runtime, [pair.this], expected),
    },
  };
}

/** Runs a load on both `sides`, as `setting` says. */
export async function loadBoth(
  runtime: Runtime,
  sides: readonly Side[],
  { order, placement }: Setting,
  plan: Omit<RunPlan, 'sides' | 'core'>,
): Promise<Window> {
  const turns = order === 'at once' ? [order] : order;
  const runs: Run[] = [];
  for (const turn of turns) {
    const { core } = placement[turn === 'at once' ? 'this' : turn];
    const loaded = sides.filter(({ side }) => turn === 'at once' || side === turn);
    runs.push(await runLoad(runtime, { ...plan, sides: loaded, ...(core === undefined ? {} : { core }) }));
  }
  const all: Readonly<Record<string, SideRun>> = Object.assign({}, ...runs.map((run) => run.sides));
  return {
    sides: both((which) => {
      const found = all[which];
      if (found === undefined) throw new Error(`the run has no side ${which}`);
      return found;
    }),
    why: runs.flatMap((run) => run.why),
  };
}

/** For provenance: `side by side, pinned`. */
export function conditionsOf(settings: readonly Setting[]): string[] {
  const order = settings.every((setting) => setting.order === 'at once') ? 'side by side' : 'in turn';
  const kinds = settings.flatMap(({ placement }) => [placement.previous.kind, placement.this.kind]);
  return [order, [...new Set(kinds.map((kind) => WORDS[kind]))].join(' or ')];
}

const WORDS = { pinned: 'pinned', spread: 'each box on one core', free: 'not pinned' } as const;
