import {
  DataAwsEc2ManagedPrefixList,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
} from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Box } from '../stage/box.ts';
import { kindOf } from '../stage/kinds.ts';
import type { Link } from '../stage/links.ts';
import type { Site } from './site.ts';

const EVERYBODY = '0.0.0.0/0';
const EDGES = 'com.amazonaws.global.cloudfront.origin-facing';
const HTTPS = 443;

/** Who lets whom in: a security group for each box, and rules from box to box as the stage's links are. Nothing else. */
export class Fences extends Construct {
  readonly #groups = new Map<string, SecurityGroup>();
  readonly #sites: ReadonlyMap<string, Site>;

  constructor(scope: Construct, sites: ReadonlyMap<string, Site>) {
    super(scope, 'fences');
    this.#sites = sites;
  }

  /** The group of a box in a region. */
  group(name: string, region: string): SecurityGroup {
    const id = `${name}-${region}`;
    const found = this.#groups.get(id);
    if (found !== undefined) return found;
    const { here, prefix, network } = this.#site(region);
    const made = new SecurityGroup(this, id, {
      ...here,
      vpcId: network.vpc.id,
      name: `${prefix}-${name}`,
      description: `Box ${name}`,
      tags: { Name: `${prefix}-${name}`, box: name },
    });
    this.#groups.set(id, made);
    return made;
  }

  /** A link between two boxes. A service that stands in each region is reached in the caller's. */
  open(from: Box, to: Box, { port }: Link): void {
    const there = kindOf(to.kind).portThere ?? port;
    const id = `${from.name}-to-${to.name}-${there}`;
    const region = to.kind === 'mail' ? from.region : to.region;
    const source = this.group(from.name, from.region);
    const target = this.group(to.name, region);
    const near = region === from.region;
    const through = { ipProtocol: 'tcp', fromPort: there, toPort: there };
    new VpcSecurityGroupEgressRule(this, `${id}-out`, {
      ...this.#site(from.region).here,
      ...through,
      securityGroupId: source.id,
      // A group cannot be named across regions: there it is the subnets that boxes are in.
      ...(near
        ? { referencedSecurityGroupId: target.id }
        : { cidrIpv4: this.#site(region).ranges.allPrivate }),
      description: `To ${to.name}`,
      tags: { from: from.name, to: to.name },
    });
    new VpcSecurityGroupIngressRule(this, `${id}-in`, {
      ...this.#site(region).here,
      ...through,
      securityGroupId: target.id,
      ...(near
        ? { referencedSecurityGroupId: source.id }
        : { cidrIpv4: this.#site(from.region).ranges.allPrivate }),
      description: `From ${from.name}`,
      tags: { from: from.name, to: to.name },
    });
  }

  /** A box reaches the services of the provider that it cannot do without: images, logs, secrets. */
  toProvider({ name, region }: Pick<Box, 'name' | 'region'>): void {
    const { here, network } = this.#site(region);
    const group = this.group(name, region);
    const https = { ipProtocol: 'tcp', fromPort: HTTPS, toPort: HTTPS, ...here };
    new VpcSecurityGroupEgressRule(this, `${name}-to-endpoints-out`, {
      ...https,
      securityGroupId: group.id,
      referencedSecurityGroupId: network.endpointGroup.id,
      description: 'To services of the provider',
    });
    new VpcSecurityGroupIngressRule(this, `${name}-to-endpoints-in`, {
      ...https,
      securityGroupId: network.endpointGroup.id,
      referencedSecurityGroupId: group.id,
      description: `From ${name}`,
    });
    new VpcSecurityGroupEgressRule(this, `${name}-to-objects`, {
      ...https,
      securityGroupId: group.id,
      prefixListId: network.objects.prefixListId,
      description: 'To the layers of images',
    });
  }

  /** Visitors come in: from anywhere, or through the edges only. */
  toVisitors({ name, region }: Pick<Box, 'name' | 'region'>, through: 'anywhere' | 'edges'): void {
    const { here } = this.#site(region);
    const whence =
      through === 'anywhere'
        ? { cidrIpv4: EVERYBODY, description: 'From visitors' }
        : {
            prefixListId: new DataAwsEc2ManagedPrefixList(this, `${name}-edges`, { ...here, name: EDGES }).id,
            description: 'From the edges',
          };
    new VpcSecurityGroupIngressRule(this, `${name}-visitors`, {
      ...here,
      ...whence,
      securityGroupId: this.group(name, region).id,
      ipProtocol: 'tcp',
      fromPort: HTTPS,
      toPort: HTTPS,
    });
  }

  #site(region: string): Site {
    const site = this.#sites.get(region);
    if (site === undefined) throw new RangeError(`no site in ${region}`);
    return site;
  }
}
