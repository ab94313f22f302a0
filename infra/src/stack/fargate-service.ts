import { EcsService } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Box } from '../stage/box.ts';
import type { Gauge, Platform } from './platform.ts';
import type { Statement } from './policy.ts';
import type { Site } from './site.ts';
import { Task } from './task.ts';

const PORT = 8080;
/** Above this share of its processor a box of ours counts as full. */
const FULL = 80;

/** A box that runs on Fargate, as many as compose.yaml has. */
export class FargateService extends Construct {
  readonly service: EcsService;
  readonly gauge: Gauge;

  constructor(
    scope: Construct,
    platform: Platform,
    box: Box,
    site: Site,
    may: readonly Statement[],
    targets: readonly string[],
  ) {
    super(scope, 'service');
    const { environment, fences, prefix, rules } = platform;
    const name = `${prefix}-${box.name}`;
    const size = environment.sizes[box.kind === 'worker' ? 'worker' : 'app'];
    const { definition } = new Task(this, platform, box, site, { size, on: 'FARGATE', may });
    fences.toProvider(box);
    this.service = new EcsService(this, 'service', {
      ...site.here,
      name,
      cluster: site.cluster().arn,
      taskDefinition: definition.arn,
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      desiredCount: box.service.scalable ? Math.max(box.service.scale, rules.boxes.least) : box.service.scale,
      // A new box is there before an old one goes, and a version that does not start is taken back.
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      propagateTags: 'SERVICE',
      enableEcsManagedTags: true,
      waitForSteadyState: true,
      ...(targets.length === 0 ? {} : { healthCheckGracePeriodSeconds: 60 }),
      networkConfiguration: {
        subnets: site.network.privateSubnets.map(({ id }) => id),
        securityGroups: [fences.group(box.name, box.region).id],
        assignPublicIp: false,
      },
      loadBalancer: targets.map((targetGroupArn) => ({
        targetGroupArn,
        containerName: box.name,
        containerPort: PORT,
      })),
      tags: { box: box.name },
      // How many there are now is what the rules made of it.
      ...(box.service.scalable ? { lifecycle: { ignoreChanges: ['desired_count'] } } : {}),
    });
    this.gauge = {
      namespace: 'AWS/ECS',
      metric: 'CPUUtilization',
      dimensions: { ClusterName: site.cluster().name, ServiceName: name },
      statistic: 'Average',
      full: FULL,
      unit: '% of CPU',
      site,
    };
  }
}
