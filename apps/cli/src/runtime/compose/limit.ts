import type { StackId } from '../runtime.ts';
import { type Container, namesOf } from './containers.ts';
import { engine } from './engine.ts';
import { containerOf, type Stack, stackOf } from './stack.ts';

/** boxes.yaml's period: short enough that a saturated box answers within its SLO. */
const PERIOD_MICROS = 50_000;

/** Change the quota of one running box, or of `all`. */
export async function limit(id: StackId, box: string, cpus: number | 'file' | null): Promise<void> {
  const stack = await stackOf(id);
  const chosen = box === 'all' ? stack.containers : [containerOf(stack, box)];
  await Promise.all(
    chosen.map((container) =>
      update(container, {
        CpuPeriod: PERIOD_MICROS,
        // -1 takes a quota away; 0 would leave it as it is.
        CpuQuota: quota(stack, container, cpus) ?? -1,
      }),
    ),
  );
}

/** Pin all boxes to these cores; null: to all that the engine has. */
export async function pin(id: StackId, cores: readonly number[] | null): Promise<boolean> {
  const { containers } = await stackOf(id);
  const { NCPU } = await engine<{ NCPU: number }>('/info');
  const CpusetCpus = cores === null ? `0-${NCPU - 1}` : cores.join(',');
  await Promise.all(containers.map((container) => update(container, { CpusetCpus })));
  return true;
}

function quota(stack: Stack, container: Container, cpus: number | 'file' | null): number | null {
  if (cpus === null) return null;
  if (cpus !== 'file') return Math.round(cpus * PERIOD_MICROS);
  const service = stack.project.file.services[namesOf(stack.project.file, container).service];
  if (!service?.cpuQuota || !service.cpuPeriod) return null;
  return Math.round((service.cpuQuota / service.cpuPeriod) * PERIOD_MICROS);
}

async function update(container: Container, change: Readonly<Record<string, unknown>>): Promise<void> {
  await engine(`/containers/${container.Id}/update`, { method: 'POST', body: change });
}
