import type { Rules } from '@scaling/cli/autoscale/rules';
import type { Construct, TerraformResource } from '../cdk.ts';
import type { Environment } from '../data/environments.ts';
import type { Blueprint } from '../stage/blueprint.ts';
import type { Box } from '../stage/box.ts';
import type { Reference } from '../stage/references.ts';
import type { Fences } from './fences.ts';
import type { Secrets } from './secrets.ts';
import type { Site } from './site.ts';

/** What boxes are built on. */
export interface Platform {
  readonly blueprint: Blueprint;
  readonly environment: Environment;
  readonly rules: Rules;
  /** `prod-7`: begins the name of everything. */
  readonly prefix: string;
  /** Where visitors come in: `stage-7.tickets.example`. */
  readonly host: string;
  /** The image that tasks run, by its digest: each region has a copy of its own. */
  imageIn(site: Site): string;
  /** The number of the account. */
  readonly account: string;
  /** Of the environment's domain. */
  readonly zoneId: string;
  /** By the names that the stage gives regions, home first. */
  readonly sites: ReadonlyMap<string, Site>;
  /** How much memory a machine of a type has. */
  memoryGib(type: string): number;
  readonly fences: Fences;
  readonly secrets: Secrets;
  /** What was built so far, by box. */
  readonly made: Map<string, Made>;
}

/** What a box became. */
export interface Made extends Construct {
  /** What stands for the box; its helpers are not in here. */
  readonly main: readonly TerraformResource[];
  /** What a variable says now in which the box was named; absent: no box names it. */
  reach?(reference: Reference, from: Box): Reached;
  /** What tells how full it is; absent: nothing does. */
  readonly gauge?: Gauge;
}

/** Plain text, a secret to be read at the start, or nothing that there is an address for. */
export type Reached =
  | {
      readonly as: 'text';
      readonly value: string;
      readonly needsPassword?: boolean;
      /** Further variables of whoever names the box. */
      readonly also?: Readonly<Record<string, string>>;
    }
  | { readonly as: 'secret'; readonly arn: string }
  | { readonly as: 'nothing' };

/** A figure of CloudWatch, and from where on the box counts as full. */
export interface Gauge {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly full: number;
  readonly unit: string;
  readonly site: Site;
}

/** The kinds of box are built in this order: each finds those that it names. */
export type Build = new (platform: Platform, box: Box, site: Site) => Made;
