import { CloudwatchMetricAlarm, Route53HealthCheck, Route53Record } from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import { namesOf } from '../stack/balancer.ts';
import type { Made, Platform } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import { LoadBalancer } from './load-balancer.ts';

/**
 * router → names of Route 53 that lead to the nearest region whose load balancer answers. Edges ask by this name; without
 * edges visitors would.
 */
export class Router extends Construct implements Made {
  readonly main: readonly TerraformResource[];

  constructor({ blueprint, host, zoneId, made, sites }: Platform, box: Box, site: Site) {
    super(site, box.name);
    const names = namesOf(host);
    const name = blueprint.boxes.some(({ kind }) => kind === 'edge') ? names.origin : names.site;
    this.main = blueprint.boxes.flatMap(({ name: balancer, region }): TerraformResource[] => {
      const behind = made.get(balancer);
      const where = sites.get(region);
      if (!(behind instanceof LoadBalancer) || where === undefined) return [];
      const { lb, usual } = behind.balancer;
      const [group] = usual.flatMap((service) => behind.balancer.targets(service));
      // Nobody but edges gets through to a load balancer, so it is not asked from outside: the region is lost when the
      // load balancer itself has no box left that answers.
      const lost = new CloudwatchMetricAlarm(this, `${region}-lost`, {
        ...where.here,
        alarmName: `${site.prefix}-${balancer}-lost`,
        alarmDescription: `No box behind ${balancer} answers`,
        namespace: 'AWS/ApplicationELB',
        metricName: 'HealthyHostCount',
        dimensions: { LoadBalancer: lb.arnSuffix, TargetGroup: group?.arnSuffix ?? '' },
        statistic: 'Minimum',
        period: 60,
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: 'LessThanThreshold',
        treatMissingData: 'breaching',
        alarmActions: [where.topic.arn],
      });
      const check = new Route53HealthCheck(this, `${region}-check`, {
        type: 'CLOUDWATCH_METRIC',
        cloudwatchAlarmName: lost.alarmName,
        cloudwatchAlarmRegion: where.awsRegion,
        insufficientDataHealthStatus: 'Unhealthy',
        tags: { Name: `${site.prefix}-${region}`, box: box.name },
      });
      return [
        new Route53Record(this, region, {
          zoneId,
          name,
          type: 'A',
          setIdentifier: region,
          latencyRoutingPolicy: { region: where.awsRegion },
          healthCheckId: check.id,
          alias: { name: lb.dnsName, zoneId: lb.zoneId, evaluateTargetHealth: true },
        }),
      ];
    });
  }
}
