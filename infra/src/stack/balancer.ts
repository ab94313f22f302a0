import {
  Lb,
  LbListener,
  LbListenerRule,
  LbTargetGroup,
  Route53Record,
  Wafv2WebAclAssociation,
} from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Box } from '../stage/box.ts';
import type { Routing } from '../stage/paths.ts';
import { Certificate } from './certificate.ts';
import { Firewall } from './firewall.ts';
import { LIVENESS_PATH } from './liveness.ts';
import type { Gauge, Platform, Reached } from './platform.ts';
import type { Site } from './site.ts';

const POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
const HTTPS = 443;
/** The boxes' own. */
const PORT = 8080;
/** As haproxy.cfg has it, in seconds: two bad answers and a box is out, one good one and it is back. */
const CHECK = { interval: 5, timeout: 3, unhealthyThreshold: 2, healthyThreshold: 2 };
/**
 * Seconds after which it closes a connection on which nothing moves. Less than the shop's own time-out for idle connections,
 * so that it never sends a request on a connection that the shop closes at that moment (502); more than an event stream is
 * silent.
 */
const IDLE = 60;
/** Time to finish what was begun, in seconds: the boxes' own stop_grace_period. */
const DRAIN = 15;

/** Where visitors, edges and other boxes find a load balancer. */
export interface Names {
  /** The site itself. */
  readonly site: string;
  /** What edges ask, where there are some. */
  readonly origin: string;
  /** What other boxes ask, inside the network. */
  readonly inside: string;
}

/** The names of a stage's site. */
export function namesOf(host: string): Names {
  return { site: host, origin: `origin.${host}`, inside: `inside.${host}` };
}

/** What a load balancer stands for. */
export interface BalancerProps {
  readonly name: string;
  readonly site: Site;
  readonly routing: Routing;
  /** Edges are before it, and nobody comes in past them. */
  readonly edges: boolean;
  /** Its name in DNS is somebody else's to give. */
  readonly routed: boolean;
  /** Other boxes ask it as well. */
  readonly inside: boolean;
}

/** A load balancer with health checks and TLS; for the boxes of the network it has a twin that is not on the internet. */
export class Balancer extends Construct {
  readonly lb: Lb;
  readonly gauge: Gauge;
  readonly certificate: string;
  /** Who gets what no rule says. */
  readonly usual: readonly string[];
  readonly #props: BalancerProps;
  readonly #platform: Platform;
  readonly #targets = new Map<string, LbTargetGroup[]>();
  readonly #names: Names;

  constructor(scope: Construct, platform: Platform, props: BalancerProps) {
    super(scope, 'balancer');
    this.#props = props;
    this.#platform = platform;
    this.#names = namesOf(platform.host);
    this.usual = props.routing.otherwise;
    const { site, name, edges, routed, inside } = props;
    const { fences, zoneId, prefix } = platform;
    const { site: own, origin, inside: within } = this.#names;
    this.certificate = new Certificate(this, site, zoneId, [own, origin, within]).arn;
    fences.toVisitors({ name, region: site.region }, edges ? 'edges' : 'anywhere');
    this.lb = this.#balancer('public', false);
    const firewall = new Firewall(this, site, `${prefix}-${name}`, 'REGIONAL');
    new Wafv2WebAclAssociation(this, 'guarded', {
      ...site.here,
      resourceArn: this.lb.arn,
      webAclArn: firewall.arn,
    });
    if (!routed) this.#named('named', edges ? origin : own, this.lb);
    if (inside) this.#named('named-inside', within, this.#balancer('inside', true));
    this.gauge = {
      namespace: 'AWS/ApplicationELB',
      metric: 'TargetResponseTime',
      dimensions: { LoadBalancer: this.lb.arnSuffix },
      statistic: 'p95',
      full: 0.2,
      unit: 's P95',
      site,
    };
  }

  /** The groups that the boxes of a service are put into; the public one is the first. */
  targets(service: string): readonly LbTargetGroup[] {
    return this.#targets.get(service) ?? [];
  }

  reach(): Reached {
    return { as: 'text', value: `https://${this.#names.inside}` };
  }

  #balancer(id: string, internal: boolean): Lb {
    const { site, name, routing } = this.#props;
    const { fences, environment } = this.#platform;
    const lb = new Lb(this, id, {
      ...site.here,
      name: `${site.prefix}-${name}${internal ? '-inside' : ''}`,
      internal,
      loadBalancerType: 'application',
      subnets: (internal ? site.network.privateSubnets : site.network.publicSubnets).map(
        (subnet) => subnet.id,
      ),
      securityGroups: [fences.group(name, site.region).id],
      dropInvalidHeaderFields: true,
      idleTimeout: IDLE,
      enableDeletionProtection: environment.deletionProtection,
      accessLogs: { bucket: site.accessLogs.bucket.bucket.bucket, prefix: 'lb', enabled: true },
      tags: { box: name },
    });
    const services = [...new Set([...routing.rules.flatMap((rule) => rule.services), ...routing.otherwise])];
    const groups = new Map(
      services.map((service) => [service, this.#group(`${id}-${service}`, service, internal)]),
    );
    const forward = (to: readonly string[]) => {
      const arns = to.map((service) => groups.get(service)?.arn ?? '');
      return arns.length === 1
        ? { type: 'forward', targetGroupArn: arns[0] ?? '' }
        : { type: 'forward', forward: { targetGroup: arns.map((arn) => ({ arn, weight: 1 })) } };
    };
    const listener = new LbListener(this, `${id}-https`, {
      ...site.here,
      loadBalancerArn: lb.arn,
      port: HTTPS,
      protocol: 'HTTPS',
      sslPolicy: POLICY,
      certificateArn: this.certificate,
      defaultAction: [forward(routing.otherwise)],
    });
    for (const [index, { regex, services: to }] of routing.rules.entries())
      new LbListenerRule(this, `${id}-path-${index + 1}`, {
        ...site.here,
        listenerArn: listener.arn,
        priority: index + 1,
        condition: [{ pathPattern: { regexValues: [regex] } }],
        action: [forward(to)],
      });
    return lb;
  }

  #group(id: string, service: string, internal: boolean): LbTargetGroup {
    const { site } = this.#props;
    const group = new LbTargetGroup(this, id, {
      ...site.here,
      name: `${site.prefix}-${service}${internal ? '-in' : ''}`,
      vpcId: site.network.vpc.id,
      targetType: 'ip',
      port: PORT,
      protocol: 'HTTP',
      loadBalancingAlgorithmType: 'least_outstanding_requests',
      deregistrationDelay: String(DRAIN),
      healthCheck: { ...CHECK, path: LIVENESS_PATH, matcher: '200', protocol: 'HTTP' },
    });
    this.#targets.set(service, [...this.targets(service), group]);
    return group;
  }

  #named(id: string, name: string, lb: Lb): void {
    new Route53Record(this, id, {
      zoneId: this.#platform.zoneId,
      name,
      type: 'A',
      alias: { name: lb.dnsName, zoneId: lb.zoneId, evaluateTargetHealth: true },
    });
  }
}

/** All groups that the boxes of a service are put into, of whichever load balancers name it. */
export function targetsFor(box: Box, { made }: Platform): string[] {
  return [...made.values()].flatMap((each) =>
    'balancer' in each && each.balancer instanceof Balancer
      ? each.balancer.targets(box.name).map(({ arn }) => arn)
      : [],
  );
}
