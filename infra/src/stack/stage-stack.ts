import type { Rules } from '@scaling/cli/autoscale/rules';
import { PRICES, type Prices } from '@scaling/cli/cost/prices';
import { Failure } from '@scaling/cli/failure';
import { AwsProvider, DataAwsCallerIdentity, DataAwsRoute53Zone } from '../aws.ts';
import { BOXES } from '../boxes/index.ts';
import {
  type Construct,
  Fn,
  S3Backend,
  type TerraformElement,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from '../cdk.ts';
import type { Environment } from '../data/environments.ts';
import type { Regions } from '../data/regions.ts';
import type { Blueprint } from '../stage/blueprint.ts';
import type { Box } from '../stage/box.ts';
import { type KindName, kindOf } from '../stage/kinds.ts';
import { DOOR, Door } from './door.ts';
import { Fences } from './fences.ts';
import { Monitor } from './monitor.ts';
import type { Made, Platform } from './platform.ts';
import { Secrets } from './secrets.ts';
import { Site } from './site.ts';

/** The first that knows values which are not kept in the state, and locks a state in S3 without a table. */
const TERRAFORM = '>= 1.11.0';
const PROVIDER = { source: 'hashicorp/aws', version: '~> 6.25' };
const DIGEST = /^.+@sha256:[0-9a-f]{64}$/.source;

/** What a stack is made of. */
export interface StageStackProps {
  readonly blueprint: Blueprint;
  readonly environment: Environment;
  readonly rules: Rules;
  readonly prices: Prices;
  readonly regions: Regions;
}

/** One stage in one environment, composed of the boxes of its compose.yaml. */
export class StageStack extends TerraformStack {
  constructor(
    scope: Construct,
    id: string,
    { blueprint, environment, rules, prices, regions }: StageStackProps,
  ) {
    super(scope, id);
    const { stage, boxes } = blueprint;
    const prefix = `${environment.name}-${stage.number}`;
    this.#terraform(environment, stage.number);
    const account = new DataAwsCallerIdentity(this, 'account').accountId;
    const sites = new Map(
      blueprint.regions.map((region, index) => {
        const provider = this.#provider(environment, region, index === 0, {
          stage: stage.name,
          environment: environment.name,
          'cost-centre': environment.costCentre,
        });
        const awsRegion = environment.regions[region]?.region ?? '';
        const its = {
          prefix,
          stage: stage.number,
          environment,
          account,
          region,
          provider,
          zones: regions[awsRegion]?.zones ?? [],
        };
        return [region, new Site(this, its)] as const;
      }),
    );
    const all = [...sites.values()];
    const platform: Platform = {
      blueprint,
      environment,
      rules,
      prefix,
      account,
      sites,
      host: `stage-${stage.number}.${environment.domain}`,
      imageIn: this.#images(all),
      zoneId: new DataAwsRoute53Zone(this, 'domain', { name: environment.domain }).zoneId,
      memoryGib: (type) => memoryOf(type, prices),
      fences: new Fences(this, sites),
      secrets: new Secrets(this, all),
      made: new Map(),
    };
    const home = all[0];
    if (home === undefined) throw new RangeError(`stage ${stage.number} has no region`);
    this.#build(platform, home);
    this.#links(platform);
    for (const site of all)
      for (const service of ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager']) site.network.endpoint(service);
    new Monitor(this, platform);
    new TerraformOutput(this, 'boxes', {
      description: 'What each box of compose.yaml became',
      value: Object.fromEntries(boxes.map(({ name }) => [name, addressesOf(platform.made.get(name))])),
    });
    new TerraformOutput(this, 'site', {
      description: 'Where visitors come in',
      value: `https://${platform.host}`,
    });
  }

  /** Names without the digits that cdktf adds to them: a path is unique already, and people read these. */
  protected override allocateLogicalId(element: TerraformElement): string {
    return element.node.path.split('/').slice(1).join('_').replaceAll(/\W/g, '_');
  }

  #build(platform: Platform, home: Site): void {
    const { blueprint, made, sites } = platform;
    const { boxes, facts } = blueprint;
    const entry = boxes.find(({ name }) => name === facts.entry);
    if (entry?.kind === 'single' || entry?.kind === 'app') made.set(DOOR, new Door(platform, home));
    for (const kind of Object.keys(BOXES) as KindName[])
      for (const box of boxes.filter((each) => each.kind === kind))
        made.set(box.name, new BOXES[kind](platform, box, sites.get(box.region) ?? home));
  }

  #links({ blueprint, fences, made }: Platform): void {
    const boxes = new Map(blueprint.boxes.map((box) => [box.name, box]));
    const seen = new Set<string>();
    for (const link of blueprint.links) {
      const [from, to] = [boxes.get(link.from), boxes.get(link.to)];
      if (from === undefined || to === undefined || !crosses(from, to)) continue;
      const port = kindOf(to.kind).portThere ?? link.port;
      const id = `${from.name} ${to.name} ${port}`;
      if (!seen.has(id)) fences.open(from, to, link);
      seen.add(id);
    }
    const entry = boxes.get(blueprint.facts.entry);
    if (made.has(DOOR) && entry !== undefined)
      fences.open({ ...entry, name: DOOR, kind: 'lb' }, entry, {
        from: DOOR,
        to: entry.name,
        port: kindOf(entry.kind).port,
      });
  }

  #terraform({ state }: Environment, stage: number): void {
    new S3Backend(this, {
      bucket: state.bucket,
      region: state.region,
      key: `stage-${stage}/terraform.tfstate`,
      encrypt: true,
    });
    this.addOverride('terraform.backend.s3.use_lockfile', true);
    this.addOverride('terraform.required_version', TERRAFORM);
    this.addOverride('terraform.required_providers.aws', PROVIDER);
  }

  #provider(
    { regions }: Environment,
    region: string,
    home: boolean,
    tags: Record<string, string>,
  ): AwsProvider {
    return new AwsProvider(this, `in-${region}`, {
      region: regions[region]?.region ?? '',
      ...(home ? {} : { alias: region }),
      defaultTags: [{ tags }],
    });
  }

  /** Images are fetched from inside the network, so from the same region: where the repository is copied to. */
  #images([home, ...others]: readonly Site[]): (site: Site) => string {
    const image = new TerraformVariable(this, 'image', {
      type: 'string',
      nullable: false,
      description: 'The image that the boxes run, by its digest: the same one in every environment',
    });
    image.addValidation({
      condition: `\${can(regex("${DIGEST}", var.image))}`,
      errorMessage: 'Name the image by its digest: REPOSITORY@sha256:…',
    });
    const copies = new Map(
      others.map((site) => {
        const name = Fn.replace(image.stringValue, home?.awsRegion ?? '', site.awsRegion);
        return [site, new TerraformLocal(this, `image-in-${site.region}`, name).asString];
      }),
    );
    return (site) => copies.get(site) ?? image.stringValue;
  }
}

/** A box opens a connection to another by an address in the network. */
function crosses(from: Box, to: Box): boolean {
  return kindOf(from.kind).dials && kindOf(to.kind).portThere !== null;
}

function addressesOf(made: Made | undefined): string[] {
  return (made?.main ?? []).map(
    ({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`,
  );
}

function memoryOf(type: string, { ladders }: Prices): number {
  const rung = Object.values(ladders)
    .flat()
    .find((each) => each.type === type);
  if (rung !== undefined) return rung.memoryGib;
  throw new Failure(`There is no price for ${type}.`, {
    where: PRICES,
    next: 'Choose a type that is there, or add it.',
  });
}
