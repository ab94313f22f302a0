import type { ComposeService } from '../../stage/compose-service.ts';
import { cpuQuota } from '../cpu-quota.ts';
import type { StackId } from '../runtime.ts';
import { type Container, namesOf } from './containers.ts';
import { engine } from './engine.ts';
import { readRecord } from './record.ts';
import { containerOf, type Stack, stackOf } from './stack.ts';

/** boxes.yaml's period: short enough that a saturated box answers within its SLO. */
const PERIOD_MICROS = 50_000;

/** Change the quota of one running box, or of `all`. */
export async function limit(id: StackId, box: string, cpus: number | 'file' | null): Promise<void> {
  const stack = await stackOf(id);
  const chosen = box === 'all' ? stack.containers : [containerOf(stack, box)];
  const asked = (await readRecord(id))?.cpus ?? {};
  await Promise.all(
    chosen.map((container) =>
      setQuota(container, cpus === 'file' ? fileQuota(stack, container, asked) : cpus),
    ),
  );
}

/** `cpus`: a share of one core, null for none. */
export async function setQuota(container: Container, cpus: number | null): Promise<void> {
  // -1 takes a quota away; 0 would leave it as it is.
  const { quota, period } =
    cpus === null ? { quota: -1, period: PERIOD_MICROS } : cpuQuota(cpus, PERIOD_MICROS);
  await update(container, { CpuPeriod: period, CpuQuota: quota });
}

/** Pin one running box, or `all`, to these cores; null: to all that the engine has. */
export async function pin(id: StackId, box: string, cores: readonly number[] | null): Promise<boolean> {
  const stack = await stackOf(id);
  const chosen = box === 'all' ? stack.containers : [containerOf(stack, box)];
  const { NCPU } = await engine<{ NCPU: number }>('/info');
  const CpusetCpus = cores === null ? `0-${NCPU - 1}` : cores.join(',');
  await Promise.all(chosen.map((container) => update(container, { CpusetCpus })));
  return true;
}

/** What `up` was asked for, by kind, else what the file says. */
function fileQuota(
  { project }: Stack,
  container: Container,
  asked: Readonly<Record<string, number>>,
): number | null {
  const service: ComposeService | undefined =
    project.file.services[namesOf(project.file, container.Config.Labels).service];
  const kind = service?.labels['scaling.kind'] ?? '';
  if (!service?.cpuQuota || !service.cpuPeriod) return null;
  return asked[kind] ?? service.cpuQuota / service.cpuPeriod;
}

async function update(container: Container, change: Readonly<Record<string, unknown>>): Promise<void> {
  await engine(`/containers/${container.Id}/update`, { method: 'POST', body: change });
}
