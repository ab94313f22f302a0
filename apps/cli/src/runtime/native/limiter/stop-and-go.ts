import { availableParallelism } from 'node:os';
import { boxProcesses } from './box-processes.ts';
import { GovernedBox } from './governed-box.ts';
import type { GroupDriver } from './limiter.ts';

/** How often new processes are looked for: what they used until then is charged when they are found. */
const FIND_EVERY_MS = 250;
/** All boxes are asked for their use at once: they are looked for once. */
const FRESH_MS = 20;
/** Busy boxes are looked at together, at most so often. */
const GRID_MS = 4;

/**
 * Quotas without the kernel's help, for users who may not set any: the supervisor stops a box's processes (SIGSTOP) when
 * they have used up what their quota gives them, and lets them go on (SIGCONT) when it gives more. A box is looked at again
 * when it can have used up what it has, and no sooner. Memory is counted and not capped.
 */
export function stopAndGo(cores = availableParallelism()): GroupDriver {
  const processes = boxProcesses();
  const boxes = new Set<GovernedBox>();
  let timer: NodeJS.Timeout | undefined;
  let foundAt = Number.NEGATIVE_INFINITY;

  function find(now: number): void {
    processes.find(now);
    foundAt = now;
  }

  function tick(): void {
    const now = performance.now();
    if (now - foundAt >= FIND_EVERY_MS) find(now);
    for (const box of boxes) if (box.dueAt <= now) box.look(now);
    plan();
  }

  function plan(): void {
    clearTimeout(timer);
    const due = Math.min(...[...boxes].map(({ dueAt }) => dueAt));
    // Without quotas nobody is looked at.
    if (!Number.isFinite(due)) return;
    const at = Math.ceil(Math.min(due, foundAt + FIND_EVERY_MS) / GRID_MS) * GRID_MS;
    timer = setTimeout(tick, Math.max(1, at - performance.now())).unref();
  }

  return {
    limiter: 'stop-and-go',
    remove: () => clearTimeout(timer),
    group: () => {
      const box = new GovernedBox(cores);
      boxes.add(box);
      return {
        joinFiles: [],
        adopt: (pid) => {
          const now = performance.now();
          box.hold(false, now);
          processes.start(pid, box, now);
        },
        limitCpu: (cpus, periodMicros) => {
          box.limit(cpus, periodMicros, performance.now());
          plan();
        },
        limitMemory: () => undefined,
        goFirst: () => undefined,
        hold: (isHeld) => {
          box.hold(isHeld, performance.now());
          plan();
        },
        usage: () => {
          const now = performance.now();
          if (now - foundAt > FRESH_MS) find(now);
          return box.usage(now);
        },
        pids: () => {
          find(performance.now());
          return [...box.clocks.keys()];
        },
        remove: () => {
          processes.leave(box);
          boxes.delete(box);
        },
      };
    },
  };
}
