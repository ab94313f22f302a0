import {
  DefaultSecurityGroup,
  FlowLog,
  InternetGateway,
  Route,
  RouteTable,
  RouteTableAssociation,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Site } from './site.ts';

/**
 * A stage's network in a region. Boxes are in private subnets without a way to the internet; only load balancers are in
 * public ones. Services of the provider are reached by endpoints inside the network.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly publicSubnets: readonly Subnet[];
  readonly privateSubnets: readonly Subnet[];
  readonly privateRoutes: RouteTable;
  /** Objects are reached through this, images' layers too. */
  readonly objects: VpcEndpoint;
  /** Of the endpoints. */
  readonly endpointGroup: SecurityGroup;
  readonly #site: Site;

  constructor(site: Site, zones: readonly string[]) {
    super(site, 'network');
    this.#site = site;
    const { here, prefix, ranges, awsRegion } = site;
    this.vpc = new Vpc(this, 'vpc', {
      ...here,
      cidrBlock: ranges.whole,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: prefix },
    });
    const vpcId = this.vpc.id;
    // The group that a network comes with lets in everybody; without rules it lets in nobody.
    new DefaultSecurityGroup(this, 'default-group', { ...here, vpcId });
    new FlowLog(this, 'flow-log', {
      ...here,
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 's3',
      logDestination: `${site.accessLogs.bucket.bucket.arn}/network/`,
    });
    const subnets = (name: string, blocks: readonly string[]): Subnet[] =>
      blocks.map(
        (cidrBlock, zone) =>
          new Subnet(this, `${name}-${zone + 1}`, {
            ...here,
            vpcId,
            cidrBlock,
            availabilityZone: zones[zone] ?? '',
            mapPublicIpOnLaunch: false,
            tags: { Name: `${prefix}-${name}-${zone + 1}` },
          }),
      );
    this.publicSubnets = subnets('public', ranges.public);
    this.privateSubnets = subnets('private', ranges.private);
    const gateway = new InternetGateway(this, 'gateway', { ...here, vpcId });
    const publicRoutes = new RouteTable(this, 'public-routes', { ...here, vpcId });
    new Route(this, 'public-way-out', {
      ...here,
      routeTableId: publicRoutes.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.id,
    });
    this.privateRoutes = new RouteTable(this, 'private-routes', { ...here, vpcId });
    const join = (name: string, all: readonly Subnet[], table: RouteTable): void => {
      for (const [zone, subnet] of all.entries())
        new RouteTableAssociation(this, `${name}-${zone + 1}-routes`, {
          ...here,
          subnetId: subnet.id,
          routeTableId: table.id,
        });
    };
    join('public', this.publicSubnets, publicRoutes);
    join('private', this.privateSubnets, this.privateRoutes);
    this.objects = new VpcEndpoint(this, 'objects', {
      ...here,
      vpcId,
      serviceName: `com.amazonaws.${awsRegion}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [this.privateRoutes.id],
      tags: { Name: `${prefix}-s3` },
    });
    this.endpointGroup = new SecurityGroup(this, 'endpoint-group', {
      ...here,
      vpcId,
      name: `${prefix}-endpoints`,
      description: 'Services of the provider',
      tags: { Name: `${prefix}-endpoints` },
    });
  }

  /** A way to a service of the provider. */
  endpoint(service: string, group: SecurityGroup = this.endpointGroup): VpcEndpoint {
    const { here, prefix, awsRegion, environment } = this.#site;
    return new VpcEndpoint(this, `to-${service.replaceAll('.', '-')}`, {
      ...here,
      vpcId: this.vpc.id,
      serviceName: `com.amazonaws.${awsRegion}.${service}`,
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      // Each zone's address is paid by the hour: one that may lose a zone has one.
      subnetIds: (environment.standby ? this.privateSubnets : this.privateSubnets.slice(0, 1)).map(
        ({ id }) => id,
      ),
      securityGroupIds: [group.id],
      tags: { Name: `${prefix}-${service}` },
    });
  }
}
