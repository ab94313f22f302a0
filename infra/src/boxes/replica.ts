import { DbInstance } from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import type { Gauge, Made, Platform, Reached } from '../stack/platform.ts';
import { databaseAt, databaseGauge, databaseSubnets, Postgres } from '../stack/postgres.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import type { Reference } from '../stage/references.ts';
import { Database } from './database.ts';

/** replica → a read replica of RDS; one in another region copies across, under that region's own key. */
export class Replica extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;
  readonly #instance: DbInstance;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { environment, prefix } = platform;
    const identifier = `${prefix}-${box.name}`;
    const source = sourceOf(box, platform);
    const { common } = new Postgres(this, platform, box, site);
    this.#instance = new DbInstance(this, 'instance', {
      ...common,
      identifier,
      // RDS takes a source of the same region by its identifier, and then no subnets: the replica has its source's.
      ...(source.region === box.region
        ? { replicateSourceDb: source.instance.identifier }
        : {
            replicateSourceDb: source.instance.arn,
            dbSubnetGroupName: databaseSubnets(this, platform, box, site).name,
          }),
      instanceClass: environment.sizes.replica.type,
      // It is the copy: one that is lost is made again. To take over it must have backups of its own.
      multiAz: false,
      backupRetentionPeriod: environment.backupDays,
      skipFinalSnapshot: true,
    });
    this.main = [this.#instance];
    this.gauge = databaseGauge(identifier, site);
  }

  reach(reference: Reference): Reached {
    return databaseAt(reference, this.#instance.address);
  }
}

function sourceOf(
  box: Box,
  { blueprint, made }: Platform,
): { readonly instance: DbInstance; readonly region: string } {
  for (const { from, to } of blueprint.links) {
    const source = made.get(to);
    const region = blueprint.boxes.find(({ name }) => name === to)?.region;
    if (
      from === box.name &&
      source instanceof Database &&
      source.main[0] !== undefined &&
      region !== undefined
    )
      return { instance: source.main[0], region };
  }
  throw new RangeError(`${box.name} copies no database of this stage`);
}
