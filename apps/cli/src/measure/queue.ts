import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { appMetrics } from './app-metrics.ts';

/** What the processes behind the queue say that they have yet to do. */
export interface Queue {
  /** Events that the relay found and has not published. */
  readonly outbox: number;
  /** Messages that nobody has dealt with, all groups together. */
  readonly lag: number;
  /** Messages that the workers have put aside since they started. */
  readonly dead: number;
  /** Somebody speaks for every partition of every group, and for the outbox: the figures are whole. */
  readonly whole: boolean;
}

const LOOK_MS = 400;
/** The relay looks four times a second: what is seen twice, this far apart, has passed it. */
const CERTAIN_MS = 500;

export function hasQueue(state: StackState): boolean {
  return state.boxes.some((box) => box.kind === 'broker');
}

/** Asks every relay and worker for its figures. */
export async function queueOf(runtime: Runtime, state: StackState): Promise<Queue> {
  const boxes = state.boxes.filter((box) => box.kind === 'worker');
  const metrics = await Promise.all(boxes.map(({ name }) => appMetrics(runtime, state, name)));
  return readQueue(metrics.map((each) => each ?? ''));
}

/** Reads their metrics (Prometheus' text format). */
export function readQueue(metrics: readonly string[]): Queue {
  const all = metrics.join('\n');
  const outboxes = [...all.matchAll(/^tickets_outbox_waiting\{[^}]*\} (\S+)$/gm)];
  const lags = [...all.matchAll(/^tickets_queue_lag\{group="(\w+)",partition="(\d+)"\} (\S+)$/gm)];
  const told = new Set(lags.map(([, group, partition]) => `${group}/${partition}`));
  const partitions = new Map(
    [...all.matchAll(/^tickets_queue_partitions\{group="(\w+)"\} (\S+)$/gm)].map(([, group, count]) => [
      group,
      Number(count),
    ]),
  );
  const expected = [...partitions.values()].reduce((sum, count) => sum + count, 0);
  return {
    outbox: outboxes.reduce((sum, [, count]) => sum + Number(count), 0),
    lag: lags.reduce((sum, [, , , count]) => sum + Number(count), 0),
    dead: [...all.matchAll(/^tickets_dead_letters_total (\S+)$/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    ),
    whole: outboxes.length > 0 && expected > 0 && told.size === expected,
  };
}

/**
 * Waits until everything that was sold has been dealt with. Returns for how long, in milliseconds, or null when it was
 * not in time.
 */
export async function untilDrained(
  runtime: Runtime,
  state: StackState,
  wait: { readonly limitMs: number; readonly signal?: AbortSignal; readonly onLook?: (queue: Queue) => void },
): Promise<number | null> {
  const started = Date.now();
  let emptyAt: number | null = null;
  while (Date.now() - started < wait.limitMs) {
    const queue = await queueOf(runtime, state);
    wait.onLook?.(queue);
    const empty = queue.whole && queue.outbox === 0 && queue.lag === 0;
    if (!empty) emptyAt = null;
    else emptyAt ??= Date.now();
    if (emptyAt !== null && Date.now() - emptyAt >= CERTAIN_MS) return emptyAt - started;
    await sleep(LOOK_MS, undefined, wait.signal === undefined ? {} : { signal: wait.signal });
  }
  return null;
}
