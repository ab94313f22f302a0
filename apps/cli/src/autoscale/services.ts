import { Failure } from '../failure.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { listStages, readStage } from '../stage/stages.ts';
import type { Rules } from './rules.ts';

/**
 * The services of a stage that the rules are for: several boxes of their kind behind a load balancer. @throws Failure
 * naming the first stage that has one.
 */
export async function scaledServices(stage: number, { kind }: Pick<Rules, 'kind'>): Promise<string[]> {
  const names = servicesOf(await readStage(stage), kind);
  if (names.length > 0) return names;
  for (const { number } of await listStages()) {
    if (number <= stage || servicesOf(await readStage(number), kind).length === 0) continue;
    throw new Failure(`Stage ${stage} has no load balancer that would share requests among more boxes.`, {
      next: `The first that has one is stage ${number}: \`pnpm stage ${number} autoscale\`.`,
    });
  }
  throw new Failure(`No service of stage ${stage} can have more boxes.`);
}

function servicesOf(file: ComposeFile, kind: string): string[] {
  const services = Object.values(file.services);
  if (!services.some(({ labels }) => labels['scaling.kind'] === 'lb')) return [];
  return services
    .filter(({ labels, scalable }) => scalable && labels['scaling.kind'] === kind)
    .map(({ name }) => name);
}
