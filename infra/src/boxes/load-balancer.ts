import { Construct, type TerraformResource } from '../cdk.ts';
import { Balancer } from '../stack/balancer.ts';
import type { Gauge, Made, Platform, Reached } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';

/** lb → an Application Load Balancer, which deals out requests as the box's own haproxy.cfg does. */
export class LoadBalancer extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;
  readonly balancer: Balancer;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { boxes, links, routing } = platform.blueprint;
    const among = (kind: Box['kind']): boolean => boxes.some((each) => each.kind === kind);
    this.balancer = new Balancer(this, platform, {
      name: box.name,
      site,
      routing: routing.get(box.name) ?? { rules: [], otherwise: [] },
      edges: among('edge'),
      routed: among('router'),
      inside: links.some(({ from, to }) => {
        const kind = boxes.find(({ name }) => name === from)?.kind;
        return to === box.name && (kind === 'app' || kind === 'worker');
      }),
    });
    this.main = [this.balancer.lb];
    this.gauge = this.balancer.gauge;
  }

  reach(): Reached {
    return this.balancer.reach();
  }
}
