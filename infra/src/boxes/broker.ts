import { DEAD, GROUPS, SALES } from '@scaling/worker/topics';
import { MskServerlessCluster } from '../aws.ts';
import { Construct, Fn, TerraformLocal, type TerraformResource } from '../cdk.ts';
import type { Gauge, Made, Platform, Reached } from '../stack/platform.ts';
import type { Statement } from '../stack/policy.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';

/** broker → MSK Serverless, which lets in only whom IAM names. */
export class Broker extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly gauge: Gauge;
  readonly clusterName: string;
  readonly #cluster: MskServerlessCluster;
  readonly #topics: string;
  readonly #groups: string;
  readonly #region: string;

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    this.clusterName = `${platform.prefix}-${box.name}`;
    this.#cluster = new MskServerlessCluster(this, 'cluster', {
      ...site.here,
      clusterName: this.clusterName,
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfig: [
        {
          subnetIds: site.network.privateSubnets.map(({ id }) => id),
          securityGroupIds: [platform.fences.group(box.name, box.region).id],
        },
      ],
      tags: { box: box.name },
    });
    this.main = [this.#cluster];
    this.#region = site.awsRegion;
    this.#topics = this.#below('topic');
    this.#groups = this.#below('group');
    this.gauge = {
      namespace: 'AWS/Kafka',
      metric: 'EstimatedMaxTimeLag',
      dimensions: { 'Cluster Name': this.clusterName, 'Consumer Group': GROUPS.mail, Topic: SALES },
      statistic: 'Maximum',
      full: 60,
      unit: 's behind',
      site,
    };
  }

  reach(): Reached {
    return {
      as: 'text',
      value: this.#cluster.bootstrapBrokersSaslIam,
      also: { BROKERS_IAM_REGION: this.#region },
    };
  }

  /** What whoever writes to it and reads from it may do: these topics and these groups, by name. */
  use(): Statement[] {
    const { arn } = this.#cluster;
    return [
      {
        // To write a message once only is a right on the cluster, whatever topic it goes to.
        actions: [
          'kafka-cluster:Connect',
          'kafka-cluster:DescribeCluster',
          'kafka-cluster:WriteDataIdempotently',
        ],
        resources: [arn],
      },
      {
        actions: [
          'kafka-cluster:AlterTopicDynamicConfiguration',
          'kafka-cluster:CreateTopic',
          'kafka-cluster:DescribeTopic',
          'kafka-cluster:DescribeTopicDynamicConfiguration',
          'kafka-cluster:ReadData',
          'kafka-cluster:WriteData',
        ],
        resources: [SALES, DEAD].map((topic) => `${this.#topics}/${topic}`),
      },
      {
        actions: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
        resources: Object.values(GROUPS).map((group) => `${this.#groups}/${group}`),
      },
    ];
  }

  /** Topics and groups have their cluster's address, but for what they are. */
  #below(what: 'topic' | 'group'): string {
    return new TerraformLocal(this, `${what}s`, Fn.replace(this.#cluster.arn, ':cluster/', `:${what}/`))
      .asString;
  }
}
