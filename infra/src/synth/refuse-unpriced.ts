import { PRICES, type Prices } from '@scaling/cli/cost/prices';
import { Failure } from '@scaling/cli/failure';
import { ENVIRONMENTS, type Environment } from '../data/environments.ts';

/** Which ladder has the price of each kind's machines. */
const LADDERS = { single: 'ec2', db: 'rds', replica: 'rds', cache: 'elasticache' } as const;

/** @throws Failure when an environment chooses a machine that has no price. */
export function refuseUnpriced({ name, sizes }: Environment, { ladders }: Prices): void {
  for (const [kind, ladder] of Object.entries(LADDERS) as [keyof typeof LADDERS, string][]) {
    const { type } = sizes[kind];
    const rungs = ladders[ladder] ?? [];
    if (rungs.some((rung) => rung.type === type)) continue;
    throw new Failure(`${name} has ${kind} on ${type}, which has no price.`, {
      where: `${ENVIRONMENTS}, ${PRICES}`,
      next: `Choose one of ${rungs.map((rung) => rung.type).join(', ')}, or add its price with a source.`,
    });
  }
}
