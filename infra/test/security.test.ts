import { describe, expect, it } from 'vitest';
import { STACKS } from './stacks.ts';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Principal?: object;
}

const POLICIES = ['policy', 'assume_role_policy'];
/** The only pattern that may be: objects below a prefix of one bucket. */
const OBJECTS = /^\$\{aws_s3_bucket\.\w+\.arn\}\/[^*]+\/\*$/;
const KEY = /^\$\{aws_kms_key\./;

describe.each(STACKS)('$name', ({ plan, text, of, resources }) => {
  const { environment, blueprint } = plan;

  it('keeps databases private, encrypted and to be reached by TLS only', () => {
    for (const { is } of of('aws_db_instance'))
      expect(is).toMatchObject({
        publicly_accessible: false,
        storage_encrypted: true,
        iam_database_authentication_enabled: true,
        kms_key_id: expect.stringMatching(KEY),
      });
    for (const { is } of of('aws_db_parameter_group'))
      expect(is.parameter).toContainEqual({ name: 'rds.force_ssl', value: '1' });
    for (const { is } of of('aws_db_subnet_group'))
      expect((is.subnet_ids as string[]).every((id) => id.includes('_network_private_'))).toBe(true);
  });

  it('encrypts caches, disks, logs, secrets and buckets', () => {
    for (const { is } of of('aws_elasticache_replication_group'))
      expect(is).toMatchObject({
        at_rest_encryption_enabled: 'true',
        transit_encryption_enabled: true,
        auth_token: expect.any(String),
      });
    for (const { is } of of('aws_ebs_volume')) expect(is).toMatchObject({ encrypted: true });
    for (const { is } of of('aws_instance')) expect(is.root_block_device).toMatchObject({ encrypted: true });
    for (const type of ['aws_cloudwatch_log_group', 'aws_secretsmanager_secret'])
      for (const { is } of of(type)) expect(is.kms_key_id).toMatch(KEY);
    const encrypted = of('aws_s3_bucket_server_side_encryption_configuration').length;
    expect(encrypted).toBe(of('aws_s3_bucket').length);
    expect(of('aws_s3_bucket_public_access_block').length).toBe(encrypted);
  });

  it('speaks TLS to visitors, to data and between services', () => {
    for (const { is } of of('aws_lb_listener'))
      expect(is).toMatchObject({
        protocol: 'HTTPS',
        port: 443,
        ssl_policy: expect.stringContaining('TLS13'),
      });
    for (const { is } of of('aws_cloudfront_distribution'))
      expect(is).toMatchObject({ viewer_certificate: { minimum_protocol_version: 'TLSv1.2_2021' } });
    expect(text).not.toMatch(/redis:\/\/|\bhttp:\/\//);
    if (of('aws_db_instance').length > 0) expect(text).toContain('verify-full');
  });

  it('has no password in it: they are made where they lie', () => {
    expect(text).not.toContain('tickets:tickets');
    for (const { is } of of('aws_db_instance')) expect(is.password).toBeUndefined();
    for (const { is } of of('aws_secretsmanager_secret_version')) {
      expect(is.secret_string).toBeUndefined();
      expect(is.secret_string_wo).toMatch(/\$\{ephemeral\./);
    }
    for (const { is } of of('aws_ecs_task_definition')) {
      const [container] = JSON.parse(String(is.container_definitions)) as {
        environment: { name: string }[];
      }[];
      const names = container?.environment.map(({ name }) => name) ?? [];
      expect(names.filter((name) => /PASSWORD|REDIS_URL|SMTP_URL/.test(name))).toEqual([]);
    }
  });

  it('allows nothing by a wildcard', () => {
    const policies = resources.flatMap(({ is }) =>
      POLICIES.map((key) => String(is[key] ?? '')).filter((each) => each.startsWith('{')),
    );
    expect(policies.length).toBeGreaterThan(0);
    for (const each of policies)
      for (const { Action, Resource, Principal } of (JSON.parse(each) as { Statement: Statement[] })
        .Statement) {
        for (const action of Action) expect(action).not.toContain('*');
        for (const resource of Resource ?? []) if (resource.includes('*')) expect(resource).toMatch(OBJECTS);
        expect(JSON.stringify(Principal ?? {})).not.toContain('*');
      }
  });

  it('puts no box where the internet reaches it', () => {
    for (const { is } of of('aws_ecs_service')) {
      const network = is.network_configuration as { subnets: string[]; assign_public_ip: boolean };
      expect(network.assign_public_ip).toBe(false);
      expect(network.subnets.every((id) => id.includes('_network_private_'))).toBe(true);
    }
    for (const { is } of of('aws_instance')) expect(is.associate_public_ip_address).toBe(false);
    const wayOut = of('aws_route').filter(({ is }) => is.destination_cidr_block === '0.0.0.0/0');
    for (const { is } of wayOut) expect(is.route_table_id).toContain('public_routes');
  });

  it('is tagged with stage, environment and cost centre, in every region', () => {
    const { provider } = JSON.parse(text) as { provider: { aws: { default_tags: { tags: object }[] }[] } };
    expect(provider.aws).toHaveLength(blueprint.regions.length);
    const tags = {
      stage: blueprint.stage.name,
      environment: environment.name,
      'cost-centre': environment.costCentre,
    };
    for (const each of provider.aws) expect(each.default_tags).toEqual([{ tags }]);
  });
});
