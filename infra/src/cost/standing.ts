import { PRICES, type Prices } from '@scaling/cli/cost/prices';
import { Failure } from '@scaling/cli/failure';
import { PARTITIONS } from '@scaling/worker/topics';
import { type Resource, resourcesIn } from './resources.ts';

/** So much of something that is paid by the month. */
export interface Standing {
  readonly what: string;
  readonly type: string | null;
  readonly count: number;
  readonly usdPerMonth: number;
}

interface Shop {
  readonly prices: Prices;
  readonly resources: readonly Resource[];
  /** A price of `deployed`, for a month. @throws Failure when it is missing. */
  unit(name: string): number;
  /** Of a machine, without its disk. */
  machine(type: string): number;
}

type Price = (resource: Resource, shop: Shop) => Standing[];

/** Topics besides the sales': the one of the dead letters. */
const OTHER_PARTITIONS = 1;
const MIB_PER_GIB = 1024;
const CPU_UNITS = 1024;

/** What each kind of resource costs that costs something. */
const PRICED: Readonly<Record<string, Price>> = {
  aws_instance: ({ is }, shop) => {
    const { volume_size: gib } = is.root_block_device as { volume_size: number };
    return [
      line('EC2', String(is.instance_type), 1, shop.machine(String(is.instance_type))),
      line('EBS', 'gp3', 1, gib * disk(shop, 'single')),
    ];
  },
  aws_ebs_volume: ({ is }, shop) => [line('EBS', 'gp3', 1, Number(is.size) * disk(shop, 'single'))],
  aws_db_instance: ({ is }, shop) => {
    const times = is.multi_az === true ? 2 : 1;
    const type = String(is.instance_class);
    const usd = shop.machine(type) + gibOf(is, shop) * disk(shop, 'db');
    return [line(times === 2 ? 'RDS, two zones' : 'RDS', type, 1, times * usd)];
  },
  aws_ecs_service: ({ is }, shop) => {
    if (is.launch_type !== 'FARGATE') return [];
    const { cpu, memory } = taskOf(is, shop);
    const each =
      hours(shop, 'fargate-vcpu-hour') * (cpu / CPU_UNITS) +
      hours(shop, 'fargate-gib-hour') * (memory / MIB_PER_GIB);
    const count = Number(is.desired_count);
    return [line('Fargate', `${cpu / CPU_UNITS} vCPU, ${memory / MIB_PER_GIB} GiB`, count, count * each)];
  },
  aws_elasticache_replication_group: ({ is }, shop) => {
    const type = String(is.node_type);
    const count = Number(is.num_cache_clusters);
    return [line('ElastiCache', type, count, count * shop.machine(type))];
  },
  aws_msk_serverless_cluster: (_, shop) => {
    const partitions = PARTITIONS + OTHER_PARTITIONS;
    const usd =
      hours(shop, 'msk-serverless-hour') + partitions * hours(shop, 'msk-serverless-partition-hour');
    return [line('MSK Serverless', `${partitions} partitions`, 1, usd)];
  },
  aws_lb: (_, shop) => [
    line('Load balancers', null, 1, meterOf(shop, 'lb', 'hour') * shop.prices.hoursPerMonth),
  ],
  aws_vpc_endpoint: ({ is }, shop) => {
    if (is.vpc_endpoint_type !== 'Interface') return [];
    const count = (is.subnet_ids as unknown[]).length;
    return [line('Endpoints', null, count, count * hours(shop, 'endpoint-hour'))];
  },
  aws_wafv2_web_acl: ({ is }, shop) => {
    const lists = (is.rule as unknown[]).length;
    return [
      line('Firewalls', null, 1, shop.unit('firewall-month') + lists * shop.unit('firewall-list-month')),
    ];
  },
  aws_route53_health_check: (_, shop) => [line('Health checks', null, 1, shop.unit('health-check-month'))],
  aws_kms_key: (_, shop) => [line('Keys', null, 1, shop.unit('key-month'))],
  aws_secretsmanager_secret: ({ is }, shop) => {
    const count = 1 + ((is.replica as unknown[] | undefined)?.length ?? 0);
    return [line('Secrets', null, count, count * shop.unit('secret-month'))];
  },
  aws_cloudwatch_dashboard: (_, shop) => [
    line('Dashboards and alarms', null, 1, shop.unit('dashboard-month')),
  ],
  aws_cloudwatch_metric_alarm: (_, shop) => [
    line('Dashboards and alarms', null, 1, shop.unit('alarm-month')),
  ],
};

/** What costs nothing by itself, or by use only. */
const FREE = [
  'acm_certificate', 'acm_certificate_validation', 'appautoscaling_policy', 'appautoscaling_scheduled_action',
  'appautoscaling_target', 'cloudfront_distribution', 'cloudfront_origin_access_control', 'cloudwatch_log_delivery',
  'cloudwatch_log_delivery_destination', 'cloudwatch_log_delivery_source', 'cloudwatch_log_group', 'db_parameter_group',
  'db_subnet_group', 'default_security_group', 'ecs_cluster', 'ecs_task_definition', 'elasticache_parameter_group',
  'elasticache_subnet_group', 'flow_log', 'iam_instance_profile', 'iam_role', 'iam_role_policy',
  'iam_role_policy_attachment', 'internet_gateway', 'kms_alias', 'kms_key_policy', 'lb_listener', 'lb_listener_rule',
  'lb_target_group', 'route', 'route53_record', 'route_table', 'route_table_association', 's3_bucket',
  's3_bucket_lifecycle_configuration', 's3_bucket_policy', 's3_bucket_public_access_block',
  's3_bucket_server_side_encryption_configuration', 's3_bucket_versioning', 'secretsmanager_secret_version',
  'security_group', 'sesv2_configuration_set', 'sesv2_email_identity', 'sns_topic', 'subnet', 'volume_attachment', 'vpc',
  'vpc_peering_connection', 'vpc_peering_connection_accepter', 'vpc_security_group_egress_rule',
  'vpc_security_group_ingress_rule', 'wafv2_web_acl_association', 'wafv2_web_acl_logging_configuration',
]; // biome-ignore format: a table

/** What a stack costs when nobody comes. @throws Failure naming a resource that has no price. */
export function standingCost(text: string, prices: Prices): Standing[] {
  const resources = resourcesIn(text);
  const shop: Shop = {
    prices,
    resources,
    unit: (name) => prices.deployed.units[name]?.usd ?? missing(`${name} of \`deployed\``),
    machine: (type) => {
      const rung = Object.values(prices.ladders)
        .flat()
        .find((each) => each.type === type);
      return (rung?.usdPerHour ?? missing(type)) * prices.hoursPerMonth;
    },
  };
  const lines = resources.flatMap((resource): Standing[] => {
    const price = PRICED[resource.type];
    if (price !== undefined) return price(resource, shop);
    return FREE.includes(resource.type.replace(/^aws_/, '')) ? [] : missing(`a resource ${resource.type}`);
  });
  return together(lines);
}

function missing(what: string): never {
  throw new Failure(`There is no price for ${what}.`, {
    where: PRICES,
    next: 'Add it there with its source; what kinds of resource cost is told by infra/src/cost/standing.ts.',
  });
}

function line(what: string, type: string | null, count: number, usdPerMonth: number): Standing {
  return { what, type, count, usdPerMonth };
}

function together(lines: readonly Standing[]): Standing[] {
  const sums = new Map<string, Standing>();
  for (const each of lines) {
    const key = `${each.what} ${each.type}`;
    const before = sums.get(key);
    sums.set(
      key,
      before === undefined
        ? each
        : { ...each, count: before.count + each.count, usdPerMonth: before.usdPerMonth + each.usdPerMonth },
    );
  }
  return [...sums.values()].sort((a, b) => b.usdPerMonth - a.usdPerMonth);
}

function hours(shop: Shop, unit: string): number {
  return shop.unit(unit) * shop.prices.hoursPerMonth;
}

function disk({ prices }: Shop, kind: string): number {
  const entry = prices.kinds[kind];
  return entry !== undefined && 'storage' in entry && entry.storage !== undefined
    ? entry.storage.usdPerGbMonth
    : missing(`the disk of the kind "${kind}"`);
}

function meterOf({ prices }: Shop, kind: string, meter: string): number {
  const entry = prices.kinds[kind];
  const found =
    entry !== undefined && 'meters' in entry ? entry.meters.find((each) => each.meter === meter) : undefined;
  return found?.usd ?? missing(`the ${meter} of the kind "${kind}"`);
}

/** A replica's disk is as large as its primary's, which Terraform is not told again. */
function gibOf(is: Resource['is'], { resources }: Shop): number {
  const primary = resources.find(
    (each) => each.type === 'aws_db_instance' && each.is.allocated_storage !== undefined,
  );
  return Number(is.allocated_storage ?? primary?.is.allocated_storage ?? 0);
}

function taskOf(is: Resource['is'], { resources }: Shop): { readonly cpu: number; readonly memory: number } {
  const [, name] = /aws_ecs_task_definition\.(\w+)\.arn/.exec(String(is.task_definition)) ?? [];
  const task = resources.find((each) => each.type === 'aws_ecs_task_definition' && each.name === name);
  return { cpu: Number(task?.is.cpu), memory: Number(task?.is.memory) };
}
