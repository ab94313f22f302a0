import { Construct, type TerraformResource } from '../cdk.ts';
import { Balancer } from './balancer.ts';
import type { Gauge, Made, Platform } from './platform.ts';
import type { Site } from './site.ts';

/** Its name among the boxes, which it is none of. */
export const DOOR = 'door';

/**
 * Before a box that visitors reach without a load balancer in compose.yaml: the provider gives a box in a private subnet
 * neither a lasting name nor TLS. It is what the box `lb` becomes later, with one box behind it.
 */
export class Door extends Construct implements Made {
  readonly main: readonly TerraformResource[] = [];
  readonly gauge: Gauge;
  readonly balancer: Balancer;

  constructor(platform: Platform, site: Site) {
    super(site, DOOR);
    const { entry } = platform.blueprint.facts;
    this.balancer = new Balancer(this, platform, {
      name: DOOR,
      site,
      routing: { rules: [], otherwise: [entry] },
      edges: false,
      routed: false,
      inside: false,
    });
    this.gauge = this.balancer.gauge;
  }
}
