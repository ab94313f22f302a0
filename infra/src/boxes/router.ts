import { Route53HealthCheck, Route53Record } from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import { namesOf } from '../stack/balancer.ts';
import type { Made, Platform } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import { LoadBalancer } from './load-balancer.ts';

/** What a load balancer is asked, and by how many bad answers its region counts as lost. */
const CHECK = { type: 'HTTPS', port: 443, resourcePath: '/readyz', failureThreshold: 2, requestInterval: 10 };

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
      const { lb } = behind.balancer;
      const check = new Route53HealthCheck(this, `${region}-check`, {
        ...CHECK,
        fqdn: lb.dnsName,
        enableSni: true,
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
