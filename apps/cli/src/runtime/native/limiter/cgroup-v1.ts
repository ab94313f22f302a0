import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuQuota } from '../../cpu-quota.ts';
import { type BoxGroup, counters, type GroupDriver } from './limiter.ts';

/** Mount points of the version 1 controllers; memory may be missing. */
export interface V1Mounts {
  readonly cpu: string;
  readonly cpuacct: string;
  readonly memory: string | null;
}

/** Of the processor, where the others have the usual 1024; the kernel takes no more. */
const MOST_SHARES = 262_144;

/** cgroup v1: cpu, cpuacct and memory are trees of their own. */
export function cgroupV1(mounts: V1Mounts, stack: string): GroupDriver {
  const roots = [...new Set([mounts.cpu, mounts.cpuacct, mounts.memory].filter((path) => path !== null))];
  return {
    limiter: 'cgroup-v1',
    group: (box) => v1Group(mounts, join(stack, box), roots),
    remove: () => {
      for (const root of roots) if (existsSync(join(root, stack))) rmdirSync(join(root, stack));
    },
  };
}

function v1Group(mounts: V1Mounts, name: string, roots: readonly string[]): BoxGroup {
  const cpu = join(mounts.cpu, name);
  for (const root of roots) mkdirSync(join(root, name), { recursive: true });
  const write = (file: string, value: number): void => writeFileSync(join(cpu, file), String(value));
  const pids = (): number[] =>
    !existsSync(join(cpu, 'cgroup.procs'))
      ? []
      : readFileSync(join(cpu, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return {
    joinFiles: roots.map((root) => join(root, name, 'cgroup.procs')),
    adopt: () => undefined,
    hold: () => undefined,
    limitCpu: (cpus, periodMicros) => {
      // The kernel refuses a burst above the quota at any moment: take the burst away before the quota changes.
      const burst = existsSync(join(cpu, 'cpu.cfs_burst_us'));
      if (burst) write('cpu.cfs_burst_us', 0);
      write('cpu.cfs_quota_us', -1);
      if (cpus === null) return write('cpu.cfs_period_us', periodMicros);
      const { quota, period } = cpuQuota(cpus, periodMicros);
      write('cpu.cfs_period_us', period);
      write('cpu.cfs_quota_us', quota);
      if (burst) write('cpu.cfs_burst_us', quota);
    },
    limitMemory: (limit) => {
      if (mounts.memory)
        writeFileSync(join(mounts.memory, name, 'memory.limit_in_bytes'), String(limit ?? -1));
    },
    goFirst: () => write('cpu.shares', MOST_SHARES),
    usage: () => {
      const stat = counters(readFileSync(join(cpu, 'cpu.stat'), 'utf8'));
      return {
        cpuMicros: Number(readFileSync(join(mounts.cpuacct, name, 'cpuacct.usage'), 'utf8')) / 1000,
        throttledMicros: (stat.get('throttled_time') ?? 0) / 1000,
        periods: stat.get('nr_periods') ?? 0,
        throttledPeriods: stat.get('nr_throttled') ?? 0,
        memoryBytes: mounts.memory
          ? Number(readFileSync(join(mounts.memory, name, 'memory.usage_in_bytes'), 'utf8'))
          : 0,
      };
    },
    pids,
    remove: () => {
      for (const root of roots) if (existsSync(join(root, name))) rmdirSync(join(root, name));
    },
  };
}
