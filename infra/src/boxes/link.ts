import { Route, VpcPeeringConnection, VpcPeeringConnectionAccepterA } from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import type { Made, Platform } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import { Edge } from './edge.ts';

/**
 * link → the way between two regions' networks, which stay apart otherwise. Where only edges are in the other region, the
 * way is the edges' own: it is their distribution.
 */
export class RegionLink extends Construct implements Made {
  readonly main: readonly TerraformResource[];

  constructor({ sites, made }: Platform, box: Box, site: Site) {
    super(site, box.name);
    const [home, away] = [...sites.values()];
    this.main =
      home === undefined || away === undefined
        ? ([...made.values()].find((each) => each instanceof Edge)?.main ?? [])
        : [this.#peering(home, away, box)];
  }

  #peering(home: Site, away: Site, box: Box): VpcPeeringConnection {
    const peering = new VpcPeeringConnection(this, 'peering', {
      ...home.here,
      vpcId: home.network.vpc.id,
      peerVpcId: away.network.vpc.id,
      peerRegion: away.awsRegion,
      tags: { Name: home.prefix, box: box.name },
    });
    const accepted = new VpcPeeringConnectionAccepterA(this, 'accepted', {
      ...away.here,
      vpcPeeringConnectionId: peering.id,
      autoAccept: true,
      tags: { Name: home.prefix, box: box.name },
    });
    for (const [from, to] of [
      [home, away],
      [away, home],
    ] as const)
      new Route(this, `from-${from.region}`, {
        ...from.here,
        routeTableId: from.network.privateRoutes.id,
        destinationCidrBlock: to.ranges.allPrivate,
        vpcPeeringConnectionId: accepted.id,
      });
    return peering;
  }
}
