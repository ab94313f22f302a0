import { readStage } from '@scaling/cli/stage/stages';
import { describe, expect, it } from 'vitest';
import { boxesOf } from '../src/stage/box.ts';
import type { KindName } from '../src/stage/kinds.ts';
import { STACKS, stack } from './stacks.ts';

const BECOMES: Readonly<Record<KindName, string>> = {
  single: 'aws_instance',
  app: 'aws_ecs_service',
  worker: 'aws_ecs_service',
  db: 'aws_db_instance',
  replica: 'aws_db_instance',
  cache: 'aws_elasticache_replication_group',
  broker: 'aws_msk_serverless_cluster',
  mail: 'aws_sesv2_email_identity',
  lb: 'aws_lb',
  edge: 'aws_cloudfront_distribution',
  router: 'aws_route53_record',
  link: 'aws_vpc_peering_connection',
};

/** Resources of these types stand for a box, or are named here with the reason why not. */
const STANDING = new Set(Object.values(BECOMES).filter((type) => type !== 'aws_route53_record'));
const HELPERS = [
  {
    type: 'aws_lb',
    name: /_door_balancer_public$/,
    why: 'stages 1 and 2 need a name and TLS before their one box',
  },
  {
    type: 'aws_lb',
    name: /_balancer_inside$/,
    why: "a load balancer's twin for the boxes inside the network",
  },
  { type: 'aws_ecs_service', name: /_single_service$/, why: 'what runs the box on its machine' },
];

describe.each(STACKS)('$name', ({ plan, boxes, resources }) => {
  const { blueprint } = plan;

  it('makes something of every box of compose.yaml, and of nothing else', async () => {
    const { services } = await readStage(blueprint.stage.number);
    const names = Object.values(services)
      .filter(({ labels }) => labels['scaling.kind'] !== 'load')
      .map(({ name }) => name);
    expect(Object.keys(boxes).sort()).toEqual(names.sort());
  });

  it('makes of each what its kind becomes, as many as there are', () => {
    for (const { name, kind, service } of blueprint.boxes) {
      const addresses = boxes[name] ?? [];
      const type = kind === 'link' && blueprint.regions.length === 1 ? BECOMES.edge : BECOMES[kind];
      for (const address of addresses) expect(address).toMatch(new RegExp(`^${type}\\.`));
      const everywhere = kind === 'router' || kind === 'mail';
      const count = kind === 'db' ? service.scale : everywhere ? blueprint.regions.length : 1;
      expect([name, addresses.length]).toEqual([name, count]);
    }
  });

  it('has no resource that stands for no box, and none that stands for two', () => {
    const owners = new Map<string, string[]>();
    for (const [box, addresses] of Object.entries(boxes))
      for (const address of addresses) owners.set(address, [...(owners.get(address) ?? []), box]);
    const all = new Set(resources.map(({ type, name }) => `${type}.${name}`));
    for (const address of owners.keys()) expect(all).toContain(address);
    const ownerless = resources
      .filter(({ type }) => STANDING.has(type))
      .filter(({ type, name }) => !HELPERS.some((helper) => helper.type === type && helper.name.test(name)))
      .filter(({ type, name }) => !owners.has(`${type}.${name}`));
    expect(ownerless).toEqual([]);
    // CloudFront stands in all regions at once: the edges are one, and where they alone are apart, so is the way between them.
    const shared = [...owners].filter(([, names]) => names.length > 1);
    for (const [address] of shared) expect(address).toMatch(/^aws_cloudfront_distribution\./);
  });
});

describe('a kind of box that nothing here is made of', () => {
  it('is refused by name, and says what to do', async () => {
    const { services } = await readStage(3);
    const { app } = services;
    if (app === undefined) throw new RangeError('stage 3 has no app');
    const odd = { ...app, name: 'oracle', labels: { 'scaling.kind': 'mainframe' } };
    expect(() => boxesOf({ services: { ...services, oracle: odd } }, 'us')).toThrow(
      'Nothing says what a box of the kind "mainframe" becomes: oracle.',
    );
  });
});

describe('shards', () => {
  it('are as many databases, reached by one address with a number in it', () => {
    const nine = stack('prod-9');
    expect(nine.boxes.shard).toHaveLength(4);
    expect(nine.text).toContain('replace(aws_db_instance.us_shard_instance_1.address');
    expect(nine.text).toContain('postgres://tickets@${local.us_shard_numbered}:5432/tickets');
  });
});

describe('the second region', () => {
  const seven = stack('prod-7');

  it('has a provider of its own, and a replica that copies across', () => {
    const { provider } = JSON.parse(seven.text) as {
      provider: { aws: { region: string; alias?: string }[] };
    };
    expect(provider.aws.map(({ region, alias }) => [region, alias])).toEqual([
      ['us-east-1', undefined],
      ['eu-west-1', 'eu'],
    ]);
    const replica = seven.of('aws_db_instance').find(({ name }) => name === 'eu_db_eu_instance');
    expect(replica?.is).toMatchObject({
      provider: 'aws.eu',
      replicate_source_db: '${aws_db_instance.us_db_us_instance.arn}',
      kms_key_id: '${aws_kms_key.eu_key_key.arn}',
    });
  });

  it('reads its own copies of secrets', () => {
    for (const { name, is } of seven.of('aws_ecs_task_definition')) {
      const [container] = JSON.parse(String(is.container_definitions)) as {
        secrets: { name: string; valueFrom: string }[];
      }[];
      const copies = container?.secrets
        .filter(({ valueFrom }) => valueFrom.startsWith('${local.'))
        .map((each) => each.name);
      expect(copies).toEqual(name.startsWith('eu_') ? ['OTHER_REDIS_URL', 'PGPASSWORD', 'REDIS_URL'] : []);
    }
  });

  it('is where visitors near by are sent while it answers', () => {
    const records = seven
      .of('aws_route53_record')
      .filter(({ is }) => is.latency_routing_policy !== undefined);
    expect(records.map(({ is }) => [is.set_identifier, is.latency_routing_policy])).toEqual([
      ['eu', { region: 'eu-west-1' }],
      ['us', { region: 'us-east-1' }],
    ]);
    expect(records.every(({ is }) => is.health_check_id !== undefined)).toBe(true);
  });
});
