import { GROUPS, SALES } from '@scaling/worker/topics';
import { Construct, type TerraformResource } from '../cdk.ts';
import { FargateService } from '../stack/fargate-service.ts';
import type { Gauge, Made, Platform } from '../stack/platform.ts';
import type { Statement } from '../stack/policy.ts';
import { Scaling } from '../stack/scaling.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import { Broker } from './broker.ts';

/**
 * Seconds that the oldest mail waits. The figures are ours: a mail may come a minute late, and workers that are at most five
 * seconds behind have little to do. By how much they grow and shrink is the rule of stages/scaling.yaml.
 */
const BEHIND = { above: 60, below: 5 };

/** worker → a service of ECS on Fargate; where there may be several, scaled by how far they are behind. */
export class Worker extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const broker = brokerOf(box, platform);
    const may: Statement[] = broker === null ? [] : broker.use();
    const { service, gauge } = new FargateService(this, platform, box, site, may, []);
    this.main = [service];
    this.gauge = gauge;
    if (!box.service.scalable || broker === null) return;
    new Scaling(this, {
      site,
      service,
      name: `${platform.prefix}-${box.name}`,
      figure: {
        namespace: 'AWS/Kafka',
        metric: 'EstimatedMaxTimeLag',
        dimensions: { 'Cluster Name': broker.clusterName, 'Consumer Group': GROUPS.mail, Topic: SALES },
        statistic: 'Maximum',
        ...BEHIND,
        tracked: false,
      },
      rules: platform.rules,
      // A sale that is known brings its mails by itself: their lag tells.
      scheduled: [],
    });
  }
}

function brokerOf(box: Box, { blueprint, made }: Platform): Broker | null {
  for (const { from, to } of blueprint.links) {
    const target = made.get(to);
    if (from === box.name && target instanceof Broker) return target;
  }
  return null;
}
