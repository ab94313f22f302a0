import { costAsRun } from '../../cost/as-run.ts';
import { billOf } from '../../cost/bill.ts';
import { readPrices } from '../../cost/prices.ts';
import { readTraffic } from '../../cost/traffic.ts';
import { readStage } from '../../stage/stages.ts';
import type { Journey } from '../record.ts';
import type { Cost, Known } from './report.ts';

/** What the stages' compose files and the prices add to a journey, by the stage's number. */
export async function knownOf({ stages }: Journey): Promise<ReadonlyMap<number, Known>> {
  const [prices, traffic] = await Promise.all([readPrices(), readTraffic()]);
  const known = stages.map(async (stage): Promise<[number, Known]> => {
    const { facts } = await readStage(stage.stage);
    const bill = await billOf(stage.stage, { prices, traffic });
    const { usdPerMonth, usdPerThousandRequests } = costAsRun(stage, bill);
    const cost: Cost = {
      perMonth: usdPerMonth,
      perThousandRequests: usdPerThousandRequests,
      currency: 'USD',
      pricesOf: String(prices.date),
    };
    return [stage.stage, { cure: facts.cure, cost }];
  });
  return new Map(await Promise.all(known));
}
