import { ElasticacheParameterGroup, ElasticacheReplicationGroup, ElasticacheSubnetGroup } from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import type { Gauge, Made, Platform, Reached } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';

/** The newest of Redis that the service has; compose.yaml's 7.4 is none of its. */
const VERSION = '7.1';
const FAMILY = 'redis7';
const PORT = 6379;
const FULL = 80;
const POLICY = '--maxmemory-policy';

/** cache → ElastiCache for Redis OSS: by TLS with a token, and a second one that stands by where a loss is to be survived. */
export class Cache extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;
  readonly #url: string;
  readonly #platform: Platform;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    this.#platform = platform;
    const { environment, blueprint, prefix, secrets, fences } = platform;
    const id = `${prefix}-${box.name}`;
    const standby = environment.standby && blueprint.survivesLoss;
    const token = secrets.random(`${box.name}-token`, `The token of ${box.name}`);
    const { command } = box.service;
    const parameters = new ElasticacheParameterGroup(this, 'parameters', {
      ...site.here,
      name: id,
      family: FAMILY,
      parameter: [{ name: POLICY.slice(2), value: command?.[command.indexOf(POLICY) + 1] ?? 'allkeys-lfu' }],
    });
    const subnets = new ElasticacheSubnetGroup(this, 'subnets', {
      ...site.here,
      name: id,
      subnetIds: site.network.privateSubnets.map(({ id: subnet }) => subnet),
    });
    const group = new ElasticacheReplicationGroup(this, 'group', {
      ...site.here,
      replicationGroupId: id,
      description: `Box ${box.name}`,
      engine: 'redis',
      engineVersion: VERSION,
      nodeType: environment.sizes.cache.type,
      numCacheClusters: standby ? 2 : 1,
      automaticFailoverEnabled: standby,
      multiAzEnabled: standby,
      port: PORT,
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [fences.group(box.name, box.region).id],
      atRestEncryptionEnabled: 'true',
      kmsKeyId: site.key.arn,
      transitEncryptionEnabled: true,
      // The one secret that is in Terraform's state: this argument has no form that is not kept.
      authToken: token.read(),
      authTokenUpdateStrategy: 'ROTATE',
      autoMinorVersionUpgrade: 'true',
      applyImmediately: !environment.deletionProtection,
      tags: { box: box.name },
    });
    this.main = [group];
    const address = `rediss://:${token.value}@${group.primaryEndpointAddress}:${PORT}`;
    this.#url = secrets.stored(
      `${box.name}-address`,
      `The address of ${box.name} with its token`,
      address,
    ).arn;
    this.gauge = {
      namespace: 'AWS/ElastiCache',
      metric: 'EngineCPUUtilization',
      dimensions: { CacheClusterId: `${id}-001` },
      statistic: 'Average',
      full: FULL,
      unit: '% of CPU',
      site,
    };
  }

  reach(_: unknown, { region }: Box): Reached {
    const { secrets, sites } = this.#platform;
    const site = sites.get(region);
    return site === undefined ? { as: 'nothing' } : { as: 'secret', arn: secrets.arnIn(site, this.#url) };
  }
}
