import { mkdir, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { ComposeService } from '../../stage/compose-service.ts';
import type { UpOptions } from '../runtime.ts';
import type { Project } from './project.ts';

/**
 * Write the second compose file of a stack: the quotas that `up` was asked for where they differ from the first. An empty
 * one where nothing differs, so that every later command can name both.
 */
export async function writeOverride(
  project: Project,
  options: Pick<UpOptions, 'cpus' | 'unlimited'>,
): Promise<void> {
  const changed = Object.values(project.file.services)
    .map((service) => [service.name, quotaOf(service, options)] as const)
    .filter(([, quota]) => quota !== undefined);
  const document = parseDocument('services: {}\n');
  for (const [name, quota] of changed) {
    const value = document.createNode(quota);
    // Compose's own tag for "as if this line were not there": a quota of 0 would be read over in merging.
    if (quota === null) value.tag = '!reset';
    document.setIn(['services', name, 'cpu_quota'], value);
  }
  await mkdir(project.folder, { recursive: true });
  await writeFile(project.overridePath, document.toString({ nullStr: 'null' }));
}

/** Microseconds of CPU per period; null for none, undefined to leave it to the file. */
function quotaOf(
  service: ComposeService,
  options: Pick<UpOptions, 'cpus' | 'unlimited'>,
): number | null | undefined {
  if (service.cpuQuota === null || service.cpuPeriod === null) return undefined;
  if (options.unlimited) return null;
  const cpus = options.cpus?.[service.labels['scaling.kind'] ?? ''];
  return cpus === undefined ? undefined : Math.round(cpus * service.cpuPeriod);
}
