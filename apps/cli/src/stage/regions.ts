import { Failure } from '../failure.ts';
import type { Box, StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from './compose-service.ts';

/** The regions of a stage, home first; empty: it has one and does not name it. */
export function regionsOf({ facts, services }: ComposeFile): readonly string[] {
  const labelled = new Set(Object.values(services).map(({ labels }) => labels['scaling.region']));
  return Object.keys(facts.regions ?? {}).filter((region) => labelled.has(region));
}

/** The boxes that stand in a region: they are lost with it. Those between the regions are nobody's. */
export function boxesIn(file: ComposeFile, state: StackState, region: string): readonly Box[] {
  return state.boxes.filter(({ service }) => file.services[service]?.labels['scaling.region'] === region);
}

/**
 * Where the visitors of a region come in, reachable from the load box.
 *
 * @throws Failure naming the regions that there are.
 */
export function wayInto({ facts }: ComposeFile, state: StackState, region: string): string {
  const ways = facts.regions ?? {};
  const [service, port] = ways[region]?.split(':') ?? [];
  const box = state.boxes.find((each) => each.service === service);
  if (box !== undefined) return `http://${box.address}:${port}`;
  throw new Failure(`Stage ${state.stage} has no visitors from "${region}".`, {
    next:
      Object.keys(ways).length === 0
        ? 'Regions come with stage 6.'
        : `Visitors come from ${Object.keys(ways).join(' or ')}.`,
  });
}
