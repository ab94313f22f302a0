import { costAsRun } from '../../cost/as-run.ts';
import { partsOf } from '../../cost/parts.ts';
import { readPrices } from '../../cost/prices.ts';
import { readTraffic } from '../../cost/traffic.ts';
import { readStage } from '../../stage/stages.ts';
import type { Journey } from '../record.ts';
import type { Cost, Known } from './report.ts';

/** What the stages' compose files and the prices add to a journey, by the stage's number. */
export async function knownOf({ stages }: Journey): Promise<ReadonlyMap<number, Known>> {
  const [prices, traffic] = await Promise.all([readPrices(), readTraffic()]);
  const known = stages.map(async (stage): Promise<[number, Known]> => {
    const file = await readStage(stage.stage);
    const regions = Math.max(1, Object.keys(file.facts.regions ?? {}).length);
    const { usdPerMonth, usdPerThousandRequests } = costAsRun(stage, {
      parts: partsOf(file),
      regions,
      prices,
      traffic,
    });
    const cost: Cost = {
      perMonth: usdPerMonth,
      perThousandRequests: usdPerThousandRequests,
      currency: 'USD',
      pricesOf: String(prices.date),
    };
    return [stage.stage, { cure: file.facts.cure, cost }];
  });
  return new Map(await Promise.all(known));
}
