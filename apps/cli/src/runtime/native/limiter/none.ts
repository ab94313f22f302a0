import { readdirSync, readFileSync } from 'node:fs';
import type { GroupDriver } from './limiter.ts';

/** Clock ticks per second of /proc/PID/stat: 100 on every Linux that Node runs on (man 5 proc, sysconf(_SC_CLK_TCK)). */
const MICROS_PER_TICK = 1_000_000 / 100;

/** Nothing is capped; use is added up over the box's process tree, which counts a child once its parent has waited for it. */
export const unlimited: GroupDriver = {
  limiter: 'none',
  remove: () => undefined,
  group: () => ({
    joinFiles: [],
    limitCpu: () => undefined,
    limitMemory: () => undefined,
    goFirst: () => undefined,
    usage: (mainPid) => {
      const tree = mainPid === null ? [] : processTree(mainPid);
      return {
        cpuMicros: tree.reduce((sum, each) => sum + each.cpuMicros, 0),
        throttledMicros: 0,
        periods: 0,
        throttledPeriods: 0,
        memoryBytes: tree.reduce((sum, each) => sum + each.memoryBytes, 0),
      };
    },
    pids: (mainPid) => (mainPid === null ? [] : processTree(mainPid).map((each) => each.pid)),
    remove: () => undefined,
  }),
};

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMicros: number;
  readonly memoryBytes: number;
}

/** A process and all below it, the given one first. */
function processTree(root: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((each) => each !== null);
  const children = groupByParent(all);
  const tree: Process[] = [];
  const visit = (each: Process): void => {
    tree.push(each);
    for (const child of children.get(each.pid) ?? []) visit(child);
  };
  const first = all.find((each) => each.pid === root);
  if (first) visit(first);
  return tree;
}

function groupByParent(all: readonly Process[]): Map<number, Process[]> {
  const groups = new Map<number, Process[]>();
  for (const each of all) groups.set(each.parent, [...(groups.get(each.parent) ?? []), each]);
  return groups;
}

function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces: count the fields after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return {
      pid,
      parent: Number(fields[1]),
      cpuMicros: ticks * MICROS_PER_TICK,
      memoryBytes: Number(fields[21]) * 4096,
    };
  } catch {
    // Gone between the listing and the reading: it has ended, and its parent counts its time.
    return null;
  }
}
