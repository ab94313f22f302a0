import { type Bill, costAsRun, linesByUse } from '@scaling/cli/cost/as-run';
import { billOf } from '@scaling/cli/cost/bill';
import type { Meter, Prices } from '@scaling/cli/cost/prices';
import { readTraffic } from '@scaling/cli/cost/traffic';
import { measuredStage, readMeasuredStages } from '@scaling/cli/journey/read-record';
import type { Plan } from '../synth/plans.ts';
import type { Standing } from './standing.ts';

/** What is paid by use, at a rate that goes on all month. */
export interface ByUse {
  /** Requests per second; 0: nobody comes. */
  readonly rps: number;
  readonly lines: readonly Standing[];
}

/** These are paid whether anybody comes or not: standingCost has them. */
const STANDING: readonly Meter[] = ['hour', 'month', 'region-month'];

/** The same estimate as the forecast's, without what stands. */
export async function costByUse({ blueprint, environment, prices }: Plan): Promise<ByUse> {
  const { number } = blueprint.stage;
  const bill = await billOf(number, { prices, traffic: await readTraffic() });
  const rps = environment.visitors === 'nobody' ? 0 : await rateOf(number, bill);
  const lines = linesByUse(rps, { ...bill, prices: byUseOnly(prices) });
  return {
    rps,
    lines: lines
      .filter(({ usdPerMonth }) => usdPerMonth > 0)
      .map(({ service, usdPerMonth }) => ({ what: `${service}, by use`, type: null, count: 1, usdPerMonth })),
  };
}

/** What the stage held within the SLO when it was measured. */
async function rateOf(stage: number, bill: Bill): Promise<number> {
  const measured = measuredStage(await readMeasuredStages(), stage);
  return costAsRun(measured, bill).holds?.rps ?? 0;
}

function byUseOnly(prices: Prices): Prices {
  const kinds = Object.entries(prices.kinds).map(([kind, entry]) => [
    kind,
    'meters' in entry
      ? { ...entry, meters: entry.meters.filter(({ meter }) => !STANDING.includes(meter)) }
      : entry,
  ]);
  return { ...prices, kinds: Object.fromEntries(kinds) };
}
