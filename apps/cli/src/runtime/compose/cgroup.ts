import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A container's own counters, in the kernel's files. */
export interface CgroupUsage {
  readonly cpuMicros: number;
  readonly throttledMicros: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly memoryBytes: number;
}

const ROOT = '/sys/fs/cgroup';

/** Where a container's counters are: paths below the controllers' mounts. It stays as long as the container does. */
export type CgroupFolders = ReadonlyMap<string, string>;

/** null where there is none to be seen: an engine in a virtual machine, a process that has ended. */
export async function cgroupFolders(pid: number): Promise<CgroupFolders | null> {
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(unreadable);
  if (text === null) return null;
  return new Map(
    text
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [, controllers = '', path = ''] = line.split(':');
        return controllers.split(',').map((controller) => [controller, path] as const);
      }),
  );
}

/** null where they cannot be read. */
export async function cgroupUsage(folders: CgroupFolders): Promise<CgroupUsage | null> {
  const version = folders.has('cpuacct') ? version1(folders) : version2(folders.get('') ?? '/');
  return version.catch(unreadable);
}

function unreadable(error: NodeJS.ErrnoException): null {
  if (['ENOENT', 'EACCES', 'ESRCH', 'ENODEV'].includes(error.code ?? '')) return null;
  throw error;
}

async function version1(folders: CgroupFolders): Promise<CgroupUsage> {
  const read = (controller: string, file: string) =>
    readFile(join(ROOT, controller, folders.get(controller) ?? '/', file), 'utf8');
  const [cpu, stat, memory] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('cpu', 'cpu.stat'),
    read('memory', 'memory.usage_in_bytes'),
  ]);
  const counted = counters(stat);
  return {
    cpuMicros: Number(cpu) / 1000,
    throttledMicros: (counted.get('throttled_time') ?? 0) / 1000,
    periods: counted.get('nr_periods') ?? 0,
    throttledPeriods: counted.get('nr_throttled') ?? 0,
    memoryBytes: Number(memory),
  };
}

async function version2(folder: string): Promise<CgroupUsage> {
  const read = (file: string) => readFile(join(ROOT, folder, file), 'utf8');
  const [stat, memory] = await Promise.all([read('cpu.stat'), read('memory.current')]);
  const counted = counters(stat);
  return {
    cpuMicros: counted.get('usage_usec') ?? 0,
    throttledMicros: counted.get('throttled_usec') ?? 0,
    periods: counted.get('nr_periods') ?? 0,
    throttledPeriods: counted.get('nr_throttled') ?? 0,
    memoryBytes: Number(memory),
  };
}

/** Lines `name value`. */
function counters(text: string): Map<string, number> {
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', value]) => [name, Number(value)]),
  );
}
