import {
  DataAwsSecretsmanagerSecretVersion,
  SecretsmanagerSecret,
  SecretsmanagerSecretVersion,
} from '../aws.ts';
import { Construct, Fn, TerraformLocal, type TerraformStack } from '../cdk.ts';
import type { Site } from './site.ts';

/** Letters and digits only: it goes into addresses as it is. */
const LETTERS = { password_length: 40, exclude_punctuation: true };
const RANDOM = 'aws_secretsmanager_random_password';
const STORED = 'aws_secretsmanager_secret_version';

/** A secret that is made where it lies: neither what is synthesised nor Terraform's state has its value. */
export interface Stored {
  readonly arn: string;
  /** To be written to arguments that Terraform does not keep. */
  readonly value: string;
  /** For those that it does keep: they are in the state then, which is encrypted. */
  read(): string;
}

/** A stage's secrets, in the home region and copied to the others. */
export class Secrets extends Construct {
  readonly #stack: TerraformStack;
  readonly #home: Site;
  readonly #others: readonly Site[];
  /** Of those that are copied, by the address of the first. */
  readonly #names = new Map<string, string>();
  readonly #copies = new Map<string, TerraformLocal>();
  #database: Stored | null = null;

  constructor(stack: TerraformStack, sites: readonly Site[]) {
    super(stack, 'secrets');
    const [home, ...others] = sites;
    if (home === undefined) throw new RangeError('a stage without a region');
    this.#stack = stack;
    this.#home = home;
    this.#others = others;
  }

  /** The password of all databases of the stage: a replica has its primary's. */
  database(): Stored {
    this.#database ??= this.random('database', 'The password of all databases of the stage');
    return this.#database;
  }

  /** A secret of random letters. */
  random(name: string, description: string): Stored {
    this.#stack.addOverride(`ephemeral.${RANDOM}.${name}`, LETTERS);
    return this.stored(name, description, `\${ephemeral.${RANDOM}.${name}.random_password}`);
  }

  /** A secret that is put together of others. */
  stored(name: string, description: string, value: string): Stored {
    const { id: secretId, arn } = this.#secret(name, description, this.#home, this.#others);
    this.#names.set(arn, name);
    const version = new SecretsmanagerSecretVersion(this, `${name}-value`, {
      ...this.#home.here,
      secretId,
      secretStringWo: value,
      // A higher number writes a new value.
      secretStringWoVersion: 1,
    });
    this.#stack.addOverride(`ephemeral.${STORED}.${name}`, { secret_id: version.secretId });
    return {
      arn,
      value: `\${ephemeral.${STORED}.${name}.secret_string}`,
      read: () =>
        new DataAwsSecretsmanagerSecretVersion(this, `${name}-read`, {
          ...this.#home.here,
          secretId: version.secretId,
        }).secretString,
    };
  }

  /** A secret whose value a person puts there, once. */
  byHand(name: string, description: string, site: Site): string {
    return this.#secret(name, description, site, [], `${name}-${site.region}`).arn;
  }

  /** Where a region's copy lies: at the same address but for the region. */
  arnIn(site: Site, arn: string): string {
    const name = this.#names.get(arn);
    if (site === this.#home || name === undefined) return arn;
    const id = `${name}-in-${site.region}`;
    const copy =
      this.#copies.get(id) ??
      new TerraformLocal(this, id, Fn.replace(arn, this.#home.awsRegion, site.awsRegion));
    this.#copies.set(id, copy);
    return copy.asString;
  }

  #secret(name: string, description: string, site: Site, copies: readonly Site[], id = name): Named {
    const secret = new SecretsmanagerSecret(this, id, {
      ...site.here,
      name: `${site.prefix}/${name}`,
      description,
      kmsKeyId: site.key.arn,
      recoveryWindowInDays: site.environment.deletionProtection ? 30 : 7,
      replica: copies.map(({ awsRegion, key }) => ({ region: awsRegion, kmsKeyId: key.arn })),
    });
    return { id: secret.id, arn: secret.arn };
  }
}

interface Named {
  readonly id: string;
  readonly arn: string;
}
