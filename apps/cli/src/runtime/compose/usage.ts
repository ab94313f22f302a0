import { readStage } from '../../stage/stages.ts';
import { projectName } from '../native/addresses.ts';
import type { StackId, Usage } from '../runtime.ts';
import { type CgroupFolders, type CgroupUsage, cgroupFolders, cgroupUsage } from './cgroup.ts';
import { inspect, listContainers, namesOf } from './containers.ts';
import { engine } from './engine.ts';
import { notRunning } from './stack.ts';

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

/** What the running boxes have used since they started. @throws Failure when the stack is not running. */
export async function usage(id: StackId): Promise<Usage[]> {
  const file = await readStage(id.stage);
  const listed = await listContainers(projectName(id.stage, id.slot));
  if (listed.length === 0) throw notRunning(id);
  const running = listed.filter(({ State }) => State === 'running');
  return Promise.all(
    running.map(async ({ Id, Labels }) => ({
      box: namesOf(file, Labels).name,
      kind: Labels['scaling.kind'] ?? '',
      ...(await usageOf(Id)),
    })),
  );
}

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
