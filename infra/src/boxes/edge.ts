import {
  CloudfrontDistribution,
  CloudfrontOriginAccessControl,
  CloudwatchLogDelivery,
  CloudwatchLogDeliveryDestination,
  CloudwatchLogDeliverySource,
  DataAwsCloudfrontCachePolicy,
  DataAwsCloudfrontOriginRequestPolicy,
  DataAwsCloudfrontResponseHeadersPolicy,
  Route53Record,
} from '../aws.ts';
import { Construct, type TerraformResource } from '../cdk.ts';
import { namesOf } from '../stack/balancer.ts';
import { Certificate } from '../stack/certificate.ts';
import { Firewall } from '../stack/firewall.ts';
import type { Gauge, Made, Platform } from '../stack/platform.ts';
import { PrivateBucket } from '../stack/private-bucket.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';

/** Names that change with their content, as apps/tickets/src/http/site.ts knows them. */
const FILES = ['assets', 'posters', 'brochures'];
const READING = ['GET', 'HEAD', 'OPTIONS'];
const ALL = [...READING, 'PUT', 'POST', 'PATCH', 'DELETE'];
/** What a file's store says where it has none: then the shop itself is asked. */
const MISSING = [403, 404];

/**
 * All errors that CloudFront may be told about. It would keep each for ten seconds, whatever the shop says of it; an edge
 * keeps answers only, as in nginx.conf.template.
 */
const ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * edge → CloudFront, which stands in all of a stage's regions at once: the boxes of this kind become one distribution.
 * Files lie in S3, which lets in only this distribution; what is not there is asked of the shop.
 */
export class Edge extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const before = [...platform.made.values()].find((each) => each instanceof Edge);
    const home = [...platform.sites.values()][0];
    if (before === undefined && home !== undefined) {
      const { distribution, gauge } = new Distribution(this, platform, home);
      this.main = [distribution];
      this.gauge = gauge;
    } else {
      this.main = before?.main ?? [];
      this.gauge = (before as Edge).gauge;
    }
  }
}

class Distribution extends Construct {
  readonly distribution: CloudfrontDistribution;
  readonly gauge: Gauge;

  constructor(scope: Construct, platform: Platform, home: Site) {
    super(scope, 'distribution');
    const { host, prefix, zoneId, blueprint } = platform;
    const { here } = home;
    const names = namesOf(host);
    const files = new PrivateBucket(this, home, {
      name: 'files',
      expireDays: null,
    });
    const access = new CloudfrontOriginAccessControl(this, 'access', {
      ...here,
      name: prefix,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    const cache = (id: string, name: string): string =>
      new DataAwsCloudfrontCachePolicy(this, id, { ...here, name: `Managed-${name}` }).id;
    const kept = cache('kept', 'CachingOptimized');
    const asToldByOrigin = cache('as-told', 'UseOriginCacheControlHeaders-QueryStrings');
    const passed = new DataAwsCloudfrontOriginRequestPolicy(this, 'passed', {
      ...here,
      name: 'Managed-AllViewer',
    }).id;
    const headers = new DataAwsCloudfrontResponseHeadersPolicy(this, 'headers', {
      ...here,
      name: 'Managed-SecurityHeadersPolicy',
    }).id;
    const common = {
      viewerProtocolPolicy: 'redirect-to-https',
      compress: true,
      responseHeadersPolicyId: headers,
    };
    const edges = blueprint.boxes.filter(({ kind }) => kind === 'edge').map(({ name }) => name);
    this.distribution = new CloudfrontDistribution(this, 'distribution', {
      ...here,
      comment: prefix,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: 'http2and3',
      aliases: [names.site],
      webAclId: new Firewall(this, home, `${prefix}-edges`, 'CLOUDFRONT').arn,
      origin: [
        {
          originId: 'shop',
          domainName: names.origin,
          // One cache before the origin, which the others ask first: what `neighbour` is in compose.yaml. With origins in
          // several regions it would send everybody to its own.
          originShield: { enabled: platform.sites.size === 1, originShieldRegion: home.awsRegion },
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: 'https-only',
            originSslProtocols: ['TLSv1.2'],
          },
        },
        {
          originId: 'files',
          domainName: files.bucket.bucketRegionalDomainName,
          originAccessControlId: access.id,
        },
      ],
      originGroup: [
        {
          originId: 'files-then-shop',
          failoverCriteria: { statusCodes: MISSING },
          member: [{ originId: 'files' }, { originId: 'shop' }],
        },
      ],
      defaultCacheBehavior: {
        ...common,
        targetOriginId: 'shop',
        allowedMethods: ALL,
        cachedMethods: READING,
        cachePolicyId: asToldByOrigin,
        originRequestPolicyId: passed,
      },
      orderedCacheBehavior: FILES.map((below) => ({
        ...common,
        pathPattern: `/${below}/*`,
        targetOriginId: 'files-then-shop',
        allowedMethods: READING,
        cachedMethods: READING,
        cachePolicyId: kept,
      })),
      customErrorResponse: ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      viewerCertificate: {
        acmCertificateArn: new Certificate(this, home, zoneId, [names.site]).arn,
        minimumProtocolVersion: 'TLSv1.2_2021',
        sslSupportMethod: 'sni-only',
      },
      tags: { box: edges.join(' ') },
    });
    files.allow({
      service: 'cloudfront.amazonaws.com',
      action: 's3:GetObject',
      below: FILES,
      source: this.distribution.arn,
    });
    new Route53Record(this, 'named', {
      zoneId,
      name: names.site,
      type: 'A',
      alias: {
        name: this.distribution.domainName,
        zoneId: this.distribution.hostedZoneId,
        evaluateTargetHealth: false,
      },
    });
    this.#logged(home, prefix);
    this.gauge = {
      namespace: 'AWS/CloudFront',
      metric: '5xxErrorRate',
      dimensions: { DistributionId: this.distribution.id, Region: 'Global' },
      statistic: 'Average',
      full: 0.1,
      unit: '% of answers fail',
      site: home,
    };
  }

  /** Who came, in the bucket of the load balancers' logs. */
  #logged(home: Site, name: string): void {
    const { here, accessLogs } = home;
    const source = new CloudwatchLogDeliverySource(this, 'log', {
      ...here,
      name: `${name}-edges`,
      logType: 'ACCESS_LOGS',
      resourceArn: this.distribution.arn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, 'log-store', {
      ...here,
      name: `${name}-edges`,
      outputFormat: 'json',
      deliveryDestinationConfiguration: [{ destinationResourceArn: accessLogs.bucket.bucket.arn }],
    });
    new CloudwatchLogDelivery(this, 'log-delivery', {
      ...here,
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
    });
  }
}
