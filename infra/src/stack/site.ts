import { type AwsProvider, EcsCluster } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Environment } from '../data/environments.ts';
import { type Ranges, rangesOf } from '../network/ranges.ts';
import { AccessLogs } from './access-logs.ts';
import { Key } from './key.ts';
import { Network } from './network.ts';
import { Topic } from './topic.ts';

/** What a site is made for. */
export interface SiteProps {
  /** `prod-7`: begins the name of everything. */
  readonly prefix: string;
  readonly stage: number;
  readonly environment: Environment;
  readonly account: string;
  /** By the name that the stage gives it. */
  readonly region: string;
  readonly provider: AwsProvider;
  /** Letters of the region's zones that are used. */
  readonly zones: readonly string[];
}

/** A stage's place in one region: its network, its key, and what its boxes share there. */
export class Site extends Construct {
  readonly region: string;
  readonly awsRegion: string;
  readonly prefix: string;
  readonly account: string;
  readonly environment: Environment;
  readonly ranges: Ranges;
  /** Puts a resource into this region. */
  readonly here: { readonly provider: AwsProvider };
  readonly key: Key;
  readonly accessLogs: AccessLogs;
  readonly network: Network;
  readonly topic: Topic;
  #cluster: EcsCluster | null = null;

  constructor(scope: Construct, props: SiteProps) {
    super(scope, props.region);
    const { prefix, stage, environment, account, region, provider } = props;
    const { region: awsRegion = '', addresses = '' } = environment.regions[region] ?? {};
    this.region = region;
    this.awsRegion = awsRegion;
    this.prefix = prefix;
    this.account = account;
    this.environment = environment;
    this.here = { provider };
    this.ranges = rangesOf(stage, addresses);
    this.key = new Key(this);
    this.accessLogs = new AccessLogs(this);
    this.network = new Network(
      this,
      props.zones.map((letter) => `${awsRegion}${letter}`),
    );
    this.topic = new Topic(this);
  }

  /** Where tasks run; made when the first one needs it. */
  cluster(): EcsCluster {
    this.#cluster ??= new EcsCluster(this, 'cluster', {
      ...this.here,
      name: this.prefix,
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    });
    return this.#cluster;
  }
}
