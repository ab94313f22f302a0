import { Failure } from '@scaling/cli/failure';
import { ENVIRONMENTS, type Environment } from '../data/environments.ts';
import { REGIONS, type Regions } from '../data/regions.ts';
import type { Blueprint } from '../stage/blueprint.ts';
import { kindOf } from '../stage/kinds.ts';

/** CloudFront takes its certificate and its firewall from here only. */
const OF_EDGES = 'us-east-1';

/** @throws Failure when a stage needs a region that an environment does not have, or a service that a region lacks. */
export function refuseRegions(
  { stage, regions: needed, boxes }: Blueprint,
  { name, regions }: Environment,
  known: Regions,
): void {
  const where = ENVIRONMENTS;
  for (const region of needed) {
    const chosen = regions[region]?.region;
    if (chosen === undefined)
      throw new Failure(
        `Stage ${stage.number} stands in a region "${region}", which ${name} does not have.`,
        {
          where,
          next: `Add it to the regions of ${name}, with addresses of its own.`,
        },
      );
    const facts = known[chosen];
    if (facts === undefined)
      throw new Failure(`${name} has "${region}" in ${chosen}, which is no region that is known here.`, {
        where,
        next: `Choose one of ${Object.keys(known).join(', ')}, or add it to ${REGIONS}.`,
      });
    for (const box of boxes.filter((each) => each.region === region)) {
      const { service } = kindOf(box.kind);
      if (service === undefined || facts.lacks?.includes(service) !== true) continue;
      throw new Failure(`${box.name} of stage ${stage.number} becomes ${service}, and ${chosen} has none.`, {
        where,
        next: `Put "${region}" of ${name} into a region that has it: ${having(service, known).join(', ')}.`,
      });
    }
  }
  const home = regions[needed[0] ?? '']?.region;
  if (home !== OF_EDGES && boxes.some(({ kind }) => kind === 'edge'))
    throw new Failure(
      `Stage ${stage.number} has edges, whose certificate and firewall are in ${OF_EDGES} only, and ${name} is at home in ${home}.`,
      {
        where,
        next: `Let the home region of ${name} be ${OF_EDGES}.`,
      },
    );
}

function having(service: NonNullable<Regions[string]['lacks']>[number], known: Regions): string[] {
  return Object.entries(known).flatMap(([name, { lacks }]) =>
    lacks?.includes(service) === true ? [] : [name],
  );
}
