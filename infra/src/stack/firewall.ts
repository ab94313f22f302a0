import { CloudwatchLogGroup, Wafv2WebAcl, Wafv2WebAclLoggingConfiguration } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Site } from './site.ts';

/** The provider's own lists of rules, each counted and enforced. */
const LISTS = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'];

/** Turns away requests that are known to be attacks, before an app sees them. */
export class Firewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, site: Site, name: string, before: 'REGIONAL' | 'CLOUDFRONT') {
    super(scope, 'firewall');
    const figures = (metricName: string) => ({
      cloudwatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    const acl = new Wafv2WebAcl(this, 'acl', {
      ...site.here,
      name,
      scope: before,
      defaultAction: { allow: {} },
      rule: LISTS.map((list, index) => ({
        name: list,
        priority: index + 1,
        overrideAction: { none: {} },
        // cdktf has no type for this, and passes it on as it is.
        statement: { managed_rule_group_statement: { name: list, vendor_name: 'AWS' } },
        visibilityConfig: figures(list),
      })),
      visibilityConfig: figures(name),
    });
    this.arn = acl.arn;
    const logs = new CloudwatchLogGroup(this, 'logs', {
      ...site.here,
      // The service takes no name that begins otherwise.
      name: `aws-waf-logs-${name}`,
      kmsKeyId: site.key.arn,
      retentionInDays: site.environment.logDays,
      dependsOn: [site.key.policy],
    });
    new Wafv2WebAclLoggingConfiguration(this, 'logging', {
      ...site.here,
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
    });
  }
}
