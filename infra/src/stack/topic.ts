import { SnsTopic } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Site } from './site.ts';

/** Whoever wants to hear of alarms subscribes to this. */
export class Topic extends Construct {
  readonly arn: string;

  constructor(site: Site) {
    super(site, 'alarms');
    this.arn = new SnsTopic(this, 'topic', {
      ...site.here,
      name: `${site.prefix}-alarms`,
      kmsMasterKeyId: site.key.arn,
      dependsOn: [site.key.policy],
    }).arn;
  }
}
