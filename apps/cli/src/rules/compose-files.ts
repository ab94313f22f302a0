import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Failure } from '../failure.ts';
import type { ComposeService } from '../stage/compose-service.ts';
import { listStages, ROOT, readStage, type Stage } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';

const PINNED = /:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?@sha256:[0-9a-f]{64}$/;

/** Every stage's stack can be read, its images are pinned, only this machine reaches it, and a kind of box is the same small server in every stage. */
export const composeFiles: Rule = {
  name: 'compose files',
  async find() {
    const findings: Finding[] = [];
    const quotas = new Map<string, { cpus: string; where: string }>();
    for (const stage of await listStages()) {
      findings.push(...missingFiles(stage));
      try {
        const file = await readStage(stage.number);
        for (const service of Object.values(file.services))
          findings.push(...serviceFindings(service, quotas));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        findings.push({ where: error.where ?? stage.name, what: error.message });
      }
    }
    return findings;
  },
};

/** By version, for people, and by digest: a tag may lead to another image tomorrow. */
export function isPinned(image: string): boolean {
  return PINNED.test(image);
}

function missingFiles(stage: Stage): Finding[] {
  const missing = ['compose.yaml', 'README.md'].filter((name) => !existsSync(join(stage.folder, name)));
  // From the split on each service has a file of its own.
  if (!readdirSync(stage.folder).some((name) => name.endsWith('.ts'))) missing.push('app.ts');
  return missing.map((name) => ({ where: `stages/${stage.name}`, what: `has no ${name}` }));
}

/** @param quotas of the kinds that were seen before */
export function serviceFindings(
  service: ComposeService,
  quotas: Map<string, { cpus: string; where: string }>,
): Finding[] {
  const findings: Finding[] = [];
  const where = relative(ROOT, service.where);
  const kind = service.labels['scaling.kind'];
  if (!kind) findings.push({ where, what: `${service.name} has no label scaling.kind` });
  if (!service.build && !isPinned(service.image))
    findings.push({ where, what: `${service.image} is not pinned to a version and its digest` });
  for (const { hostIp, published } of service.ports)
    if (hostIp !== '127.0.0.1')
      findings.push({ where, what: `${service.name} is open to the network at ${hostIp}:${published}` });
  const cpus = `${service.cpuQuota}/${service.cpuPeriod}`;
  const other = kind ? quotas.get(kind) : undefined;
  if (other && other.cpus !== cpus)
    findings.push({ where, what: `a ${kind} has ${cpus} here and ${other.cpus} at ${other.where}` });
  else if (kind) quotas.set(kind, { cpus, where });
  return findings;
}
