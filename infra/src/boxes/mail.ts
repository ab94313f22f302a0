import { Route53Record, Sesv2ConfigurationSet, Sesv2EmailIdentity } from '../aws.ts';
import { Construct, Fn, type TerraformResource } from '../cdk.ts';
import type { Made, Platform, Reached } from '../stack/platform.ts';
import type { Site } from '../stack/site.ts';
import type { Box } from '../stage/box.ts';
import type { Reference } from '../stage/references.ts';

const DKIM_RECORDS = 3;
const SMTP_PORT = 1025;

/** mail → SES in each region that mails, reached by SMTP over TLS from inside the network. */
export class Mail extends Construct implements Made {
  readonly main: readonly TerraformResource[];
  readonly #addresses = new Map<string, string>();

  constructor(platform: Platform, box: Box, site: Site) {
    super(site, box.name);
    const { blueprint, sites } = platform;
    const callers = blueprint.links.filter(({ to }) => to === box.name).map(({ from }) => from);
    const regions = new Set(
      blueprint.boxes.filter(({ name }) => callers.includes(name)).map(({ region }) => region),
    );
    this.main = [...regions].flatMap((region) => {
      const where = sites.get(region);
      return where === undefined ? [] : [this.#in(where, platform, box)];
    });
  }

  /** Where mails can be handed over; its inbox, which the worker asks, is no service of the provider's. */
  reach({ port }: Reference, { region }: Box): Reached {
    const arn = this.#addresses.get(region);
    return port === SMTP_PORT && arn !== undefined ? { as: 'secret', arn } : { as: 'nothing' };
  }

  #in(site: Site, { host, zoneId, fences, secrets }: Platform, box: Box): TerraformResource {
    const { region, here } = site;
    const rules = new Sesv2ConfigurationSet(this, `${region}-rules`, {
      ...here,
      configurationSetName: `${site.prefix}-${box.name}`,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
    });
    const identity = new Sesv2EmailIdentity(this, `${region}-identity`, {
      ...here,
      emailIdentity: host,
      configurationSetName: rules.configurationSetName,
      tags: { box: box.name },
    });
    for (const index of Array(DKIM_RECORDS).keys()) {
      const token = Fn.element(identity.dkimSigningAttributes.tokens, index);
      new Route53Record(this, `${region}-dkim-${index + 1}`, {
        zoneId,
        name: `${token}._domainkey.${host}`,
        type: 'CNAME',
        ttl: 300,
        records: [`${token}.dkim.amazonses.com`],
      });
    }
    site.network.endpoint('email-smtp', fences.group(box.name, region));
    // SMTP takes the password of a user of IAM, which would be in the state: somebody makes it and puts it here, once.
    const description = `smtps://USER:PASSWORD@email-smtp.${site.awsRegion}.amazonaws.com:465, put here by hand`;
    this.#addresses.set(region, secrets.byHand(`${box.name}-address`, description, site));
    return identity;
  }
}
