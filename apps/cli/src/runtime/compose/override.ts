import { type Document, parseDocument } from 'yaml';
import { writeWhole } from '../../write-whole.ts';
import type { Project } from './project.ts';
import { asksOftenAtStart, rareProbe } from './rare-probe.ts';

/** A profile that nobody asks for: its services are not started. */
const LEFT_OUT = 'left-out';

/**
 * Write the second compose file of a stack: without the services that are left out, and no quotas. Boxes boot without,
 * and get theirs when all are ready (`limit`): making a database and loading a program under a twelfth of a core takes
 * half a minute, and shows nothing. For an engine that is too old for the file's health checks, others.
 */
export async function writeOverride(project: Project, without: readonly string[] = []): Promise<void> {
  const often = await asksOftenAtStart();
  const document = parseDocument('services: {}\n');
  for (const service of Object.values(project.file.services)) {
    if (without.includes(service.name)) document.setIn(['services', service.name, 'profiles'], [LEFT_OUT]);
    const { dependsOn } = service;
    if (Object.keys(dependsOn).some((name) => without.includes(name))) {
      const kept = Object.entries(dependsOn).filter(([name]) => !without.includes(name));
      const others = document.createNode(
        Object.fromEntries(kept.map(([name, condition]) => [name, { condition }])),
      );
      // In the place of the file's, where it would otherwise be added to it.
      others.tag = '!override';
      document.setIn(['services', service.name, 'depends_on'], others);
    }
    if (service.healthcheck !== null && !often) {
      document.setIn(
        ['services', service.name, 'healthcheck'],
        document.createNode(rareProbe(service.healthcheck)),
      );
      leaveOut(document, service.name, 'healthcheck', 'start_interval');
    }
    if (service.cpuQuota !== null) leaveOut(document, service.name, 'cpu_quota');
  }
  await writeWhole(project.overridePath, document.toString({ nullStr: 'null' }));
}

/** By Compose's own tag for "as if this line were not there": a quota of 0 would be read over in merging. */
function leaveOut(document: Document, service: string, ...path: readonly string[]): void {
  const none = document.createNode(null);
  none.tag = '!reset';
  document.setIn(['services', service, ...path], none);
}
