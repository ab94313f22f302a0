import { availableParallelism } from 'node:os';
import type { Box, Runtime, StackState } from '../runtime/runtime.ts';

/**
 * Which cores the boxes run on. `pinned`: all on core 0, and k6 on core 1. `spread`: each box on one core, dealt
 * out evenly, and k6 where there is room. `free`: wherever the system puts them.
 */
export interface Placement {
  readonly kind: 'pinned' | 'spread' | 'free';
  /** k6's; undefined: any. */
  readonly core?: number;
}

/** What a box is expected to use, in cores. */
export type Expected = (stack: StackState, box: Box) => number;

/** Together they must leave this much of core 0 free to be pinned to it. */
const PINNED_CORES = 0.85;

/**
 * Places the boxes of two stacks side by side: on one core together while they fit. Those of one stack that has its turn are
 * spread, large or small, so that both stages meet the same machine: each box on one core. A box of several processes that
 * run on two cores at once loses part of its quota, for the kernel hands it out to each core in slices of 5 ms
 * (`sched_cfs_bandwidth_slice_us`), a database here has 4.25 ms a period, and who holds a lock on the core that went without
 * makes all others wait: a saturated database was seen to use 87 % of its quota so, and 99 % on one core. Two stacks that
 * were spread side by side got in each other's way: they are left to the system.
 */
export async function place(
  runtime: Runtime,
  stacks: readonly StackState[],
  expected: Expected,
): Promise<Placement> {
  const boxes = stacks.flatMap((stack) =>
    stack.boxes
      .filter(({ kind }) => kind !== 'load')
      .map((box) => ({ stack, box, cores: expected(stack, box) })),
  );
  const count = availableParallelism();
  const used = boxes.reduce((sum, { cores }) => sum + cores, 0);
  if (stacks.length > 1 && count >= 2 && used < PINNED_CORES) {
    const pinned = await Promise.all(stacks.map((stack) => runtime.pin(stack, 'all', [0])));
    if (pinned.every(Boolean)) return { kind: 'pinned', core: 1 };
  }
  if (stacks.length === 1) {
    const placed = await Promise.all(
      deal(boxes, count).map(({ stack, box, core }) => runtime.pin(stack, box.name, [core])),
    );
    if (placed.every(Boolean)) return { kind: 'spread' };
  }
  await Promise.all(stacks.map((stack) => runtime.pin(stack, 'all', null)));
  return { kind: 'free' };
}

/** The greediest first, each to the core that has least to do: nearly even, whatever they use. */
export function deal<Item extends { readonly cores: number }>(
  items: readonly Item[],
  count: number,
): (Item & { readonly core: number })[] {
  const load = new Array<number>(count).fill(0);
  return items
    .toSorted((one, other) => other.cores - one.cores)
    .map((item) => {
      const core = load.indexOf(Math.min(...load));
      load[core] = (load[core] ?? 0) + item.cores;
      return { ...item, core };
    });
}
