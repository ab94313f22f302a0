import { type DbInstanceConfig, DbParameterGroup, DbSubnetGroup } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Box } from '../stage/box.ts';
import type { Reference } from '../stage/references.ts';
import type { Gauge, Platform, Reached } from './platform.ts';
import { Role } from './role.ts';
import type { Site } from './site.ts';

const MONITORING = 'service-role/AmazonRDSEnhancedMonitoringRole';
const FULL = 80;
const PORT = 5432;

/** What all databases of a stage have in common, primaries and replicas: private, encrypted, watched, by TLS only. */
export class Postgres extends Construct {
  readonly common: Omit<DbInstanceConfig, 'instanceClass' | 'dbSubnetGroupName'>;
  readonly family: string;

  constructor(scope: Construct, platform: Platform, box: Box, site: Site) {
    super(scope, 'postgres');
    const { prefix, account, environment, fences } = platform;
    const name = `${prefix}-${box.name}`;
    // The major version is the compose file's.
    const [, major = ''] = /^postgres:(\d+)/.exec(box.service.image) ?? [];
    this.family = `postgres${major}`;
    const parameters = new DbParameterGroup(this, 'parameters', {
      ...site.here,
      name,
      family: this.family,
      parameter: [
        { name: 'rds.force_ssl', value: '1' },
        { name: 'log_min_duration_statement', value: '1000' },
        { name: 'log_statement', value: 'ddl' },
      ],
    });
    const monitoring = new Role(this, 'watches', {
      name: `${name}-watches`,
      account,
      service: 'monitoring.rds.amazonaws.com',
      managed: [MONITORING],
    });
    this.common = {
      ...site.here,
      port: PORT,
      publiclyAccessible: false,
      parameterGroupName: parameters.name,
      vpcSecurityGroupIds: [fences.group(box.name, box.region).id],
      storageType: 'gp3',
      storageEncrypted: true,
      kmsKeyId: site.key.arn,
      iamDatabaseAuthenticationEnabled: true,
      deletionProtection: environment.deletionProtection,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      caCertIdentifier: 'rds-ca-rsa2048-g1',
      enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      monitoringInterval: 60,
      monitoringRoleArn: monitoring.role.arn,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: site.key.arn,
      tags: { box: box.name },
    };
  }
}

/** The private subnets that an instance is put into; a replica in its source's region has the source's. */
export function databaseSubnets(scope: Construct, { prefix }: Platform, box: Box, site: Site): DbSubnetGroup {
  return new DbSubnetGroup(scope, 'subnets', {
    ...site.here,
    name: `${prefix}-${box.name}`,
    subnetIds: site.network.privateSubnets.map(({ id }) => id),
  });
}

/** What tells how full an instance is. */
export function databaseGauge(identifier: string, site: Site): Gauge {
  return {
    namespace: 'AWS/RDS',
    metric: 'CPUUtilization',
    dimensions: { DBInstanceIdentifier: identifier },
    statistic: 'Average',
    full: FULL,
    unit: '% of CPU',
    site,
  };
}

/** How a variable names a database now; the password is one of its own. */
export function databaseAt({ scheme }: Reference, address: string): Reached {
  return { as: 'text', value: `${scheme ?? 'postgres'}://tickets@${address}:${PORT}`, needsPassword: true };
}
