import type { Plan } from '../synth/plans.ts';
import { synthesise } from '../synth/synthesise.ts';
import { costByUse } from './by-use.ts';
import { type Standing, standingCost } from './standing.ts';

/** What a stage costs in an environment, a month. */
export interface StackBill {
  readonly name: string;
  readonly stage: number;
  readonly title: string;
  readonly environment: string;
  readonly standing: readonly Standing[];
  readonly byUse: readonly Standing[];
  /** Requests per second that the part by use is for. */
  readonly rps: number;
  readonly usdPerMonth: number;
}

/** Of what was synthesised: each resource at its price. */
export async function billFor(plan: Plan): Promise<StackBill> {
  const standing = standingCost(synthesise(plan).text, plan.prices);
  const { rps, lines } = await costByUse(plan);
  return {
    name: plan.name,
    stage: plan.blueprint.stage.number,
    title: plan.blueprint.facts.title,
    environment: plan.environment.name,
    standing,
    byUse: lines,
    rps,
    usdPerMonth: [...standing, ...lines].reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0),
  };
}
