import { type CgroupFolders, type CgroupUsage, cgroupFolders, cgroupUsage } from './cgroup.ts';
import { inspect } from './containers.ts';
import { engine } from './engine.ts';

/** The part of `GET /containers/ID/stats` that is used; times in nanoseconds. */
interface Stats {
  readonly cpu_stats: {
    readonly cpu_usage: { readonly total_usage: number };
    readonly throttling_data?: {
      readonly periods: number;
      readonly throttled_periods: number;
      readonly throttled_time: number;
    };
  };
  readonly memory_stats: { readonly usage?: number };
}

/** Asked twice a second while a run is watched: what an engine says once need not be asked again. */
const known = new Map<string, CgroupFolders>();

/** The kernel's own files where they can be read: a fraction of the cost, and of the delay, of asking the engine. */
export async function usageOf(container: string): Promise<CgroupUsage> {
  const folders = process.platform === 'linux' ? await foldersOf(container) : null;
  const usage = folders && (await cgroupUsage(folders));
  return usage ?? (await askEngine(container));
}

async function foldersOf(container: string): Promise<CgroupFolders | null> {
  const found = known.get(container);
  if (found !== undefined) return found;
  const { State } = await inspect(container);
  const folders = State.Pid > 0 ? await cgroupFolders(State.Pid) : null;
  // A process that has only just been made is not in its control group yet.
  const settled = [...(folders?.values() ?? [])].some((path) => path.includes(container));
  if (folders !== null && settled) known.set(container, folders);
  return settled ? folders : null;
}

/** What a container has used, in the engine's words: slower than the kernel's files, and to be had everywhere. */
export async function askEngine(container: string): Promise<CgroupUsage> {
  const stats = await engine<Stats>(`/containers/${container}/stats?stream=false&one-shot=true`);
  const throttling = stats.cpu_stats.throttling_data;
  return {
    cpuMicros: stats.cpu_stats.cpu_usage.total_usage / 1000,
    throttledMicros: (throttling?.throttled_time ?? 0) / 1000,
    periods: throttling?.periods ?? 0,
    throttledPeriods: throttling?.throttled_periods ?? 0,
    memoryBytes: stats.memory_stats.usage ?? 0,
  };
}
