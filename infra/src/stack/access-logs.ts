import { Construct } from '../cdk.ts';
import { PrivateBucket } from './private-bucket.ts';
import type { Site } from './site.ts';

/** Where load balancers and the network write down who came. */
export class AccessLogs extends Construct {
  readonly bucket: PrivateBucket;

  constructor(site: Site) {
    super(site, 'access-logs');
    const { account } = site;
    this.bucket = new PrivateBucket(this, site, {
      name: 'access-logs',
      expireDays: site.environment.logDays,
    });
    const action = 's3:PutObject';
    const own = `AWSLogs/${account}`;
    this.bucket.allow(
      { service: 'logdelivery.elasticloadbalancing.amazonaws.com', action, below: [`lb/${own}`] },
      // The network's, and the edges'.
      { service: 'delivery.logs.amazonaws.com', action, below: [`network/${own}`, own] },
    );
  }
}
