import {
  DataAwsSsmParameter,
  EbsVolume,
  EcsService,
  IamInstanceProfile,
  Instance,
  VolumeAttachment,
} from '../aws.ts';
import { Construct, Fn, type TerraformResource } from '../cdk.ts';
import { targetsFor } from '../stack/balancer.ts';
import type { Gauge, Made, Platform } from '../stack/platform.ts';
import { Role } from '../stack/role.ts';
import type { Site } from '../stack/site.ts';
import { Task } from '../stack/task.ts';
import type { Box } from '../stage/box.ts';

const IMAGE = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id';
const AGENT = 'service-role/AmazonEC2ContainerServiceforEC2Role';
const PORT = 8080;
const FULL = 80;
const DEVICE = '/dev/sdf';
const DATA = '/data';
const MIB_PER_GIB = 1024;

/** single → one machine of EC2 with a disk of its own, on which ECS runs the box: app and Postgres together. */
export class Single extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { prefix, account, environment, fences, secrets } = platform;
    const { type, gib } = environment.sizes.single;
    const name = `${prefix}-${box.name}`;
    const role = new Role(this, 'machine', {
      name: `${name}-machine`,
      account,
      service: 'ec2.amazonaws.com',
      managed: [AGENT],
    });
    const profile = new IamInstanceProfile(this, 'profile', { name, role: role.role.name });
    const image = new DataAwsSsmParameter(this, 'system', { ...site.here, name: IMAGE });
    const [subnet] = site.network.privateSubnets;
    const machine = new Instance(this, 'instance', {
      ...site.here,
      ami: Fn.nonsensitive(image.value),
      instanceType: type,
      subnetId: subnet?.id ?? '',
      vpcSecurityGroupIds: [fences.group(box.name, box.region).id],
      associatePublicIpAddress: false,
      iamInstanceProfile: profile.name,
      disableApiTermination: environment.deletionProtection,
      ebsOptimized: true,
      monitoring: true,
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, kmsKeyId: site.key.arn, volumeType: 'gp3', volumeSize: 30 },
      userDataReplaceOnChange: true,
      userData: [
        '#!/bin/bash',
        `echo ECS_CLUSTER=${prefix} >> /etc/ecs/ecs.config`,
        // The disk comes after the machine, and keeps what is on it.
        `until [ -b ${DEVICE} ]; do sleep 1; done`,
        `blkid ${DEVICE} || mkfs.ext4 ${DEVICE}`,
        `mkdir -p ${DATA} && mount ${DEVICE} ${DATA}`,
        // The number of the user postgres in the official image.
        `chown 999:999 ${DATA}`,
      ].join('\n'),
      tags: { Name: name, box: box.name },
      // A newer system is put in on purpose, not because there is one.
      lifecycle: { ignoreChanges: ['ami'] },
    });
    const disk = new EbsVolume(this, 'disk', {
      ...site.here,
      availabilityZone: machine.availabilityZone,
      size: gib,
      type: 'gp3',
      encrypted: true,
      kmsKeyId: site.key.arn,
      finalSnapshot: environment.deletionProtection,
      tags: { Name: name, box: box.name },
    });
    new VolumeAttachment(this, 'attachment', {
      ...site.here,
      deviceName: DEVICE,
      volumeId: disk.id,
      instanceId: machine.id,
    });
    for (const service of ['ecs', 'ecs-agent', 'ecs-telemetry']) site.network.endpoint(service);
    fences.toProvider(box);
    const password = secrets.database().arn;
    const volume = box.service.volumes.find(({ type: mounted }) => mounted === 'volume')?.target ?? DATA;
    const { definition } = new Task(this, platform, box, site, {
      // The system and its cache of files have the other half.
      size: { memory: Math.floor((platform.memoryGib(type) * MIB_PER_GIB) / 2) },
      on: 'EC2',
      may: [],
      folders: { [volume]: DATA },
      also: { PGPASSWORD: password, POSTGRES_PASSWORD: password },
    });
    new EcsService(this, 'service', {
      ...site.here,
      name,
      cluster: site.cluster().arn,
      taskDefinition: definition.arn,
      launchType: 'EC2',
      desiredCount: 1,
      // There is room for one: the old one goes before the new one comes.
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      propagateTags: 'SERVICE',
      networkConfiguration: {
        subnets: [subnet?.id ?? ''],
        securityGroups: [fences.group(box.name, box.region).id],
        assignPublicIp: false,
      },
      loadBalancer: targetsFor(box, platform).map((targetGroupArn) => ({
        targetGroupArn,
        containerName: box.name,
        containerPort: PORT,
      })),
      tags: { box: box.name },
    });
    this.main = [machine];
    this.gauge = {
      namespace: 'AWS/EC2',
      metric: 'CPUUtilization',
      dimensions: { InstanceId: machine.id },
      statistic: 'Average',
      full: FULL,
      unit: '% of CPU',
      site,
    };
  }
}
