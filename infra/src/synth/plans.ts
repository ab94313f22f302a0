import { readRules } from '@scaling/cli/autoscale/rules';
import { readPrices } from '@scaling/cli/cost/prices';
import { listStages } from '@scaling/cli/stage/stages';
import { readEnvironments } from '../data/environments.ts';
import { readRegions } from '../data/regions.ts';
import { refuseOverlaps } from '../network/ranges.ts';
import type { StageStackProps } from '../stack/stage-stack.ts';
import { blueprintOf, readAllStages } from '../stage/blueprint.ts';
import { refuseRegions } from './refuse-regions.ts';
import { refuseUnpriced } from './refuse-unpriced.ts';

/** One stage in one environment, everything about it read and found possible. */
export interface Plan extends StageStackProps {
  /** `prod-7` */
  readonly name: string;
}

/** Which of them; empty: all. */
export interface Choice {
  readonly stages: readonly number[];
  readonly environments: readonly string[];
}

/** @throws Failure for what cannot be, before anything is built. */
export async function plansOf({ stages, environments }: Choice): Promise<Plan[]> {
  const [known, regions, rules, prices] = await Promise.all([
    readEnvironments(),
    readRegions(),
    readRules(),
    readPrices(),
  ]);
  refuseOverlaps(known);
  for (const environment of known) refuseUnpriced(environment, prices);
  const listed = await listStages();
  const all = await readAllStages(listed);
  const chosen = listed.filter(({ number }) => stages.length === 0 || stages.includes(number));
  const blueprints = await Promise.all(chosen.map((stage) => blueprintOf(stage, all)));
  return known
    .filter(({ name }) => environments.length === 0 || environments.includes(name))
    .flatMap((environment) =>
      blueprints.map((blueprint) => {
        refuseRegions(blueprint, environment, regions);
        return {
          name: `${environment.name}-${blueprint.stage.number}`,
          blueprint,
          environment,
          rules,
          prices,
          regions,
        };
      }),
    );
}
