import { CloudwatchLogGroup, EcsTaskDefinition } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Box } from '../stage/box.ts';
import { LIVENESS_PATH } from './liveness.ts';
import type { Platform } from './platform.ts';
import type { Statement } from './policy.ts';
import { Role } from './role.ts';
import type { Site } from './site.ts';
import { type Wiring, wiringOf } from './wiring.ts';

/** What a task needs besides what compose.yaml says of its box. */
export interface TaskProps {
  /** Without a cpu it has all that its machine has. */
  readonly size: { readonly cpu?: number; readonly memory: number };
  readonly on: 'FARGATE' | 'EC2';
  /** What the program itself may do. */
  readonly may: readonly Statement[];
  /** Folders of the machine that it runs on, by where the box has them. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Secrets that compose.yaml has as plain text, by variable. */
  readonly also?: Wiring['secrets'];
}

/** The official images' ports of the shop. */
const PORT = 8080;
const EXECUTION = 'service-role/AmazonECSTaskExecutionRolePolicy';

/**
 * A box as a task of ECS: the same image, command, environment and user as in compose.yaml, and its health check, which asks
 * whether the process answers.
 */
export class Task extends Construct {
  readonly definition: EcsTaskDefinition;

  constructor(
    scope: Construct,
    platform: Platform,
    box: Box,
    site: Site,
    { size, on, may, folders = {}, also }: TaskProps,
  ) {
    super(scope, 'task');
    const { prefix, account } = platform;
    const name = `${prefix}-${box.name}`;
    const logs = new CloudwatchLogGroup(this, 'logs', {
      ...site.here,
      name: `/tickets/${prefix}/${box.name}`,
      kmsKeyId: site.key.arn,
      retentionInDays: site.environment.logDays,
      dependsOn: [site.key.policy],
    });
    const wired = wiringOf(box, platform);
    const secrets = { ...wired.secrets, ...also };
    // What is secret here may be plain text in compose.yaml, where it guards nothing.
    const environment = {
      ...Object.fromEntries(Object.entries(wired.environment).filter(([key]) => !(key in secrets))),
      PROBE_PATH: LIVENESS_PATH,
    };
    const reading: Statement[] =
      Object.keys(secrets).length === 0
        ? []
        : [
            { actions: ['secretsmanager:GetSecretValue'], resources: [...new Set(Object.values(secrets))] },
            { actions: ['kms:Decrypt'], resources: [site.key.arn] },
          ];
    const service = 'ecs-tasks.amazonaws.com';
    const execution = new Role(this, 'starts', {
      name: `${name}-starts`,
      account,
      service,
      statements: reading,
      // The provider's own: fetching images takes a right that cannot be given for one repository.
      managed: [EXECUTION],
    });
    const running = new Role(this, 'runs', { name: `${name}-runs`, account, service, statements: may });
    const scratch = box.service.tmpfs.map((folder) => folder.split(':')[0] ?? folder);
    const mounted = [
      ...scratch.map((path, index) => ({ volume: `scratch-${index + 1}`, path, host: null })),
      ...Object.entries(folders).map(([path, host], index) => ({ volume: `data-${index + 1}`, path, host })),
    ];
    this.definition = new EcsTaskDefinition(this, 'definition', {
      ...site.here,
      family: name,
      requiresCompatibilities: [on],
      networkMode: 'awsvpc',
      ...(size.cpu === undefined ? {} : { cpu: String(size.cpu) }),
      memory: String(size.memory),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: execution.role.arn,
      taskRoleArn: running.role.arn,
      volume: mounted.map(({ volume, host }) => ({
        name: volume,
        ...(host === null ? {} : { hostPath: host }),
      })),
      tags: { box: box.name },
      containerDefinitions: JSON.stringify([
        {
          name: box.name,
          image: platform.imageIn(site),
          essential: true,
          ...(box.service.command === null ? {} : { command: box.service.command }),
          user: box.service.user,
          readonlyRootFilesystem: box.service.readOnly,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: box.service.capDrop } },
          portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
          environment: pairs(environment, 'value'),
          secrets: pairs(secrets, 'valueFrom'),
          mountPoints: mounted.map(({ volume, path }) => ({
            sourceVolume: volume,
            containerPath: path,
            readOnly: false,
          })),
          ...healthCheckOf(box),
          stopTimeout: Math.ceil(box.service.stopGracePeriodMs / 1000),
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': logs.name,
              'awslogs-region': site.awsRegion,
              'awslogs-stream-prefix': box.name,
            },
          },
        },
      ]),
    });
  }
}

function pairs(of: Readonly<Record<string, string>>, value: string): object[] {
  return Object.entries(of)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, its]) => ({ name, [value]: its }));
}

function healthCheckOf({ service: { healthcheck } }: Box): object {
  if (healthcheck === null) return {};
  const { test, intervalMs, timeoutMs, retries, startPeriodMs } = healthcheck;
  // The bounds are ECS's own.
  const seconds = (ms: number, least: number): number => Math.min(300, Math.max(least, Math.ceil(ms / 1000)));
  return {
    healthCheck: {
      command: test,
      interval: seconds(intervalMs, 5),
      timeout: Math.min(60, seconds(timeoutMs, 2)),
      retries: Math.min(10, retries),
      startPeriod: seconds(startPeriodMs, 0),
    },
  };
}
