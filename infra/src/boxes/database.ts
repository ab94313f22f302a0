import { DbInstance } from '../aws.ts';
import { Construct, Fn, TerraformLocal } from '../cdk.ts';
import type { Gauge, Made, Platform, Reached } from '../stack/platform.ts';
import { databaseAt, databaseGauge, databaseSubnets, Postgres } from '../stack/postgres.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import type { Reference } from '../stage/references.ts';

/** db → RDS for PostgreSQL; a shard, of which there are several, → as many. */
export class Database extends Construct implements Made {
  readonly main: readonly DbInstance[];
  readonly gauge: Gauge;
  readonly #numbered: string | null = null;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { environment, blueprint, prefix, secrets } = platform;
    const { type, gib } = environment.sizes.db;
    const { common } = new Postgres(this, platform, box, site);
    const subnets = databaseSubnets(this, platform, box, site);
    const { scalable, scale, image } = box.service;
    const name = `${prefix}-${box.name}`;
    const [, major = ''] = /^postgres:(\d+)/.exec(image) ?? [];
    this.main = Array.from({ length: scale }, (_, index) => {
      const identifier = scalable ? `${name}-${index + 1}` : name;
      return new DbInstance(this, scalable ? `instance-${index + 1}` : 'instance', {
        ...common,
        identifier,
        dbSubnetGroupName: subnets.name,
        engine: 'postgres',
        engineVersion: major,
        instanceClass: type,
        allocatedStorage: gib,
        dbName: 'tickets',
        username: 'tickets',
        passwordWo: secrets.database().value,
        passwordWoVersion: 1,
        // Stands by in another zone, from the stage on that promises to survive a loss.
        multiAz: environment.standby && blueprint.survivesLoss,
        backupRetentionPeriod: environment.backupDays,
        ...(environment.deletionProtection
          ? { skipFinalSnapshot: false, finalSnapshotIdentifier: `${identifier}-last` }
          : { skipFinalSnapshot: true }),
      });
    });
    const [first] = this.main;
    if (scalable && first !== undefined)
      // All shards' addresses differ in the number alone: the program puts it in, as it does in compose.yaml. With the
      // box's name before it and the dot behind it the text occurs once, also where the region's name ends in "-1".
      this.#numbered = new TerraformLocal(
        this,
        'numbered',
        Fn.replace(first.address, `-${box.name}-1.`, `-${box.name}-{n}.`),
      ).asString;
    this.gauge = databaseGauge(scalable ? `${name}-1` : name, site);
  }

  reach(reference: Reference): Reached {
    const [first] = this.main;
    if (first === undefined) return { as: 'nothing' };
    return databaseAt(reference, (reference.numbered ? this.#numbered : null) ?? first.address);
  }
}
