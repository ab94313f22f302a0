import { PRICES, readPrices } from '../cost/prices.ts';
import { readTraffic, TRAFFIC } from '../cost/traffic.ts';
import { Failure } from '../failure.ts';
import { partsOf } from '../stage/parts.ts';
import { listStages, readStage } from '../stage/stages.ts';
import type { Finding, Rule } from './rule.ts';

/** Every kind of box of every stage has a price with a source, and no kind has one that no stage has. */
export const prices: Rule = {
  name: 'prices',
  async find() {
    try {
      await readTraffic();
      const known = Object.keys((await readPrices()).kinds);
      const used = new Map<string, string>();
      for (const { number, name } of await listStages())
        for (const { kind } of partsOf(await readStage(number)))
          used.set(kind, used.get(kind) ?? `stages/${name}/compose.yaml`);
      return [
        ...[...used]
          .filter(([kind]) => !known.includes(kind))
          .map(([kind, where]) => ({ where, what: `a box of the kind "${kind}" has no price in ${PRICES}` })),
        ...known
          .filter((kind) => !used.has(kind))
          .map((kind) => ({ where: PRICES, what: `no stage has a box of the kind "${kind}"` })),
      ];
    } catch (error) {
      return [findingOf(error)];
    }
  },
};

function findingOf(error: unknown): Finding {
  if (!(error instanceof Failure)) throw error;
  return { where: error.where ?? `${PRICES}, ${TRAFFIC}`, what: error.message };
}
