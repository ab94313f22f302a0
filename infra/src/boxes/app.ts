import { Construct, type TerraformResource } from '../cdk.ts';
import { targetsFor } from '../stack/balancer.ts';
import { FargateService } from '../stack/fargate-service.ts';
import type { Gauge, Made, Platform } from '../stack/platform.ts';
import { Scaling } from '../stack/scaling.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';

const PERCENT = 100;

/** app → a service of ECS on Fargate, behind the load balancers that name it, scaled by the average of its boxes' CPU. */
export class App extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { rules } = platform;
    const { service, gauge } = new FargateService(this, platform, box, site, [], targetsFor(box, platform));
    this.main = [service];
    this.gauge = gauge;
    if (!box.service.scalable) return;
    const { namespace, metric, dimensions, statistic } = gauge;
    new Scaling(this, {
      site,
      service,
      name: `${platform.prefix}-${box.name}`,
      figure: {
        namespace,
        metric,
        dimensions,
        statistic,
        above: rules.above.average * PERCENT,
        below: rules.below.average * PERCENT,
        tracked: true,
      },
      rules,
      scheduled: rules.scheduled,
    });
  }
}
