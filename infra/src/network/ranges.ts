import { Failure } from '@scaling/cli/failure';
import { ENVIRONMENTS, type Environment } from '../data/environments.ts';
import { type Cidr, cidr, cidrText, overlap, slice } from './cidr.ts';

/** Zones that each region's network spans: what a load balancer and a database's standby need. */
export const ZONES = 2;

/** The addresses of a stage in a region. */
export interface Ranges {
  readonly whole: string;
  /** One a zone. Only load balancers are in the public ones. */
  readonly public: readonly string[];
  readonly private: readonly string[];
  /** All private ones in one. */
  readonly allPrivate: string;
}

/** Bits: an environment's range is cut into sixteen stages, and a stage's into eight subnets. */
const STAGES = 4;
const SUBNETS = 3;
const LARGEST_SUBNET_BITS = 28;

/** The stage's slice of an environment's range in a region, cut into subnets. */
export function rangesOf(stage: number, addresses: string): Ranges {
  const whole = slice(known(addresses), STAGES, stage);
  const subnet = (n: number): string => cidrText(slice(whole, SUBNETS, n));
  return {
    whole: cidrText(whole),
    public: Array.from({ length: ZONES }, (_, zone) => subnet(zone)),
    private: Array.from({ length: ZONES }, (_, zone) => subnet(ZONES + zone)),
    // The second quarter is the third and the fourth of eight.
    allPrivate: cidrText(slice(whole, SUBNETS - 1, 1)),
  };
}

/** @throws Failure when two ranges have addresses in common, or one is too small for nine stages. */
export function refuseOverlaps(environments: readonly Environment[]): void {
  const all = environments.flatMap(({ name, regions }) =>
    Object.entries(regions).map(([region, { addresses }]) => ({ who: `${name}, ${region}`, addresses })),
  );
  for (const [index, one] of all.entries()) {
    if (known(one.addresses).bits + STAGES + SUBNETS > LARGEST_SUBNET_BITS)
      throw new Failure(`${one.who}: ${one.addresses} is too small for nine stages with their subnets.`, {
        where: ENVIRONMENTS,
        next: `Give it a /${LARGEST_SUBNET_BITS - STAGES - SUBNETS} or a larger one.`,
      });
    const other = all.slice(0, index).find((each) => overlap(known(each.addresses), known(one.addresses)));
    if (other !== undefined)
      throw new Failure(
        `The addresses of ${other.who} (${other.addresses}) and of ${one.who} (${one.addresses}) overlap.`,
        {
          where: ENVIRONMENTS,
          next: 'Give each a range of its own: networks that share addresses cannot be connected.',
        },
      );
  }
}

function known(addresses: string): Cidr {
  return cidr(addresses) ?? { first: 0, bits: 0 };
}
