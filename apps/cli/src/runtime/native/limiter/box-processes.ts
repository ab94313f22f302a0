import { readdirSync, readFileSync } from 'node:fs';
import { type CpuClock, cpuClock } from './cpu-clock.ts';

/** The processes of one box. */
export interface BoxProcesses {
  readonly clocks: Map<number, CpuClock>;
  /** Called with those that were found since. */
  onFound(pids: readonly number[]): void;
}

/** How often threads are looked for that a known process began. */
const THREADS_EVERY_MS = 1000;

/** Finds the processes of all boxes: those that were started as a box, and whatever they start. */
export function boxProcesses() {
  const owners = new Map<number, BoxProcesses>();
  let threadsAt = Number.NEGATIVE_INFINITY;

  function adopt(pid: number, box: BoxProcesses, now: number): boolean {
    const clock = cpuClock(pid);
    if (!clock.findThreads(now)) return false;
    owners.set(pid, box);
    box.clocks.set(pid, clock);
    return true;
  }

  function forget(pid: number, box: BoxProcesses): void {
    box.clocks.get(pid)?.close();
    box.clocks.delete(pid);
    owners.delete(pid);
  }

  /** A process is younger than its parent, and may have a lower number all the same: once more until none is found. */
  function findChildren(pids: readonly number[], now: number): void {
    const found = new Map<BoxProcesses, number[]>();
    let others = pids.filter((pid) => !owners.has(pid));
    for (let known = -1; known !== owners.size; ) {
      known = owners.size;
      others = others.filter((pid) => {
        const box = owners.get(parentOf(pid));
        if (box === undefined || !adopt(pid, box, now)) return true;
        found.set(box, [...(found.get(box) ?? []), pid]);
        return false;
      });
    }
    for (const [box, its] of found) box.onFound(its);
  }

  return {
    /** The main process of a box. */
    start: (pid: number, box: BoxProcesses, now: number) => void adopt(pid, box, now),
    /** Looks through all processes of the stack's namespace. */
    find(now: number): void {
      const pids = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number);
      const live = new Set(pids);
      for (const [pid, box] of owners) if (!live.has(pid)) forget(pid, box);
      findChildren(pids, now);
      if (now - threadsAt < THREADS_EVERY_MS) return;
      threadsAt = now;
      for (const [pid, box] of owners) box.clocks.get(pid)?.findThreads(now);
    },
    leave(box: BoxProcesses): void {
      for (const pid of [...box.clocks.keys()]) forget(pid, box);
    },
  };
}

/** 0: it is gone, or has none. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces: count the fields after it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
