import { mkdir, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Project } from './project.ts';

/**
 * Write the second compose file of a stack: no quotas. Boxes boot without, and get theirs when all are ready (`limit`):
 * making a database and loading a program under a twelfth of a core takes half a minute, and shows nothing.
 */
export async function writeOverride(project: Project): Promise<void> {
  const document = parseDocument('services: {}\n');
  for (const service of Object.values(project.file.services)) {
    if (service.cpuQuota === null) continue;
    // Compose's own tag for "as if this line were not there": a quota of 0 would be read over in merging.
    const none = document.createNode(null);
    none.tag = '!reset';
    document.setIn(['services', service.name, 'cpu_quota'], none);
  }
  await mkdir(project.folder, { recursive: true });
  await writeFile(project.overridePath, document.toString({ nullStr: 'null' }));
}
