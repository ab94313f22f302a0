import type { StackId, Usage } from '../runtime.ts';
import { type CgroupUsage, cgroupUsage } from './cgroup.ts';
import { type Container, namesOf } from './containers.ts';
import { engine } from './engine.ts';
import { stackOf } from './stack.ts';

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

/** What the running boxes have used since they started. */
export async function usage(id: StackId): Promise<Usage[]> {
  const { project, containers } = await stackOf(id);
  const running = containers.filter((container) => container.State.Status === 'running');
  return Promise.all(
    running.map(async (container) => ({
      box: namesOf(project.file, container).name,
      kind: container.Config.Labels['scaling.kind'] ?? '',
      ...(await usageOf(container)),
    })),
  );
}

/** The kernel's own files where they can be read: a twentieth of the cost, and of the delay, of asking the engine. */
export async function usageOf(container: Pick<Container, 'Id' | 'State'>): Promise<CgroupUsage> {
  const files = process.platform === 'linux' ? await cgroupUsage(container.State.Pid) : null;
  return files ?? (await askEngine(container.Id));
}

async function askEngine(container: string): Promise<CgroupUsage> {
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
