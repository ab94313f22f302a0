import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuQuota } from '../../cpu-quota.ts';
import { type BoxGroup, counters, type GroupDriver } from './limiter.ts';

/** Of the processor, where the others have the usual 100; the kernel takes no more. */
const MOST_WEIGHT = '10000';

/**
 * cgroup v2 below a folder that is ours: made by root, or the delegated scope of an ordinary user. The launcher has
 * enabled the controllers there and moved itself into a leaf, as version 2 demands.
 */
export function cgroupV2(base: string): GroupDriver {
  return {
    limiter: 'cgroup-v2',
    group: (box) => v2Group(join(base, box)),
    remove: () => {
      if (existsSync(base)) rmdirSync(base);
    },
  };
}

function v2Group(folder: string): BoxGroup {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, value: string): void => writeFileSync(join(folder, file), value);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    joinFiles: [join(folder, 'cgroup.procs')],
    adopt: () => undefined,
    hold: () => undefined,
    limitCpu: (cpus, periodMicros) => {
      const burst = existsSync(join(folder, 'cpu.max.burst'));
      if (burst) write('cpu.max.burst', '0');
      if (cpus === null) return write('cpu.max', `max ${periodMicros}`);
      const { quota, period } = cpuQuota(cpus, periodMicros);
      write('cpu.max', `${quota} ${period}`);
      if (burst) write('cpu.max.burst', String(quota));
    },
    limitMemory: (limit) => {
      if (existsSync(join(folder, 'memory.max'))) write('memory.max', limit === null ? 'max' : String(limit));
    },
    goFirst: () => {
      if (existsSync(join(folder, 'cpu.weight'))) write('cpu.weight', MOST_WEIGHT);
    },
    usage: () => {
      const stat = counters(read('cpu.stat'));
      return {
        cpuMicros: stat.get('usage_usec') ?? 0,
        throttledMicros: stat.get('throttled_usec') ?? 0,
        periods: stat.get('nr_periods') ?? 0,
        throttledPeriods: stat.get('nr_throttled') ?? 0,
        memoryBytes: existsSync(join(folder, 'memory.current')) ? Number(read('memory.current')) : 0,
      };
    },
    pids: () => (!existsSync(folder) ? [] : read('cgroup.procs').split('\n').filter(Boolean).map(Number)),
    remove: () => {
      if (existsSync(folder)) rmdirSync(folder);
    },
  };
}
