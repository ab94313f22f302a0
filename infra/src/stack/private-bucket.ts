import {
  S3Bucket,
  S3BucketLifecycleConfiguration,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketServerSideEncryptionConfigurationA,
  S3BucketVersioningA,
} from '../aws.ts';
import { Construct } from '../cdk.ts';
import { policy, type Statement } from './policy.ts';
import type { Site } from './site.ts';

/** What a bucket is for. */
export interface PrivateBucketProps {
  readonly name: string;
  /** null: kept for ever. */
  readonly expireDays: number | null;
}

/** A service of the provider that may do something with objects below some prefixes. */
interface Grant {
  readonly service: string;
  readonly action: 's3:GetObject' | 's3:PutObject';
  readonly below: readonly string[];
  /** For whom the service does it; absent: for anything of this account. */
  readonly source?: string;
}

/** A bucket that is closed to everybody but those that are let in by name: encrypted, versioned. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly #site: Site;

  constructor(scope: Construct, site: Site, { name, expireDays }: PrivateBucketProps) {
    super(scope, 'bucket');
    this.#site = site;
    const { here, prefix, account, environment } = site;
    this.bucket = new S3Bucket(this, 'bucket', {
      ...here,
      // Names of buckets are the whole world's: the account's number is in it.
      bucket: `${prefix}-${name}-${site.region}-${account}`,
      forceDestroy: !environment.deletionProtection,
    });
    const its = { ...here, bucket: this.bucket.id };
    new S3BucketPublicAccessBlock(this, 'private', {
      ...its,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketVersioningA(this, 'versions', { ...its, versioningConfiguration: { status: 'Enabled' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      ...its,
      // The provider's own key: neither its load balancers nor its edges can use one of ours without more ado.
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      ...its,
      rule: [
        {
          id: 'clear-up',
          status: 'Enabled',
          filter: [{}],
          ...(expireDays === null ? {} : { expiration: [{ days: expireDays }] }),
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
  }

  /** Says all that anybody may do here. */
  allow(...grants: readonly Grant[]): void {
    const { here, account } = this.#site;
    const statement = ({ service, action, below, source }: Grant): Statement => ({
      principal: { service },
      actions: [action],
      // The one pattern there is in any policy: objects come and go below a prefix.
      resources: below.map((prefix) => `${this.bucket.arn}/${prefix}/*`),
      condition: {
        StringEquals: source === undefined ? { 'aws:SourceAccount': account } : { 'aws:SourceArn': source },
      },
    });
    new S3BucketPolicy(this, 'policy', {
      ...here,
      bucket: this.bucket.id,
      policy: policy(...grants.map(statement)),
    });
  }
}
