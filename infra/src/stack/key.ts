import { KmsAlias, KmsKey, KmsKeyPolicy } from '../aws.ts';
import { Construct } from '../cdk.ts';
import { policy } from './policy.ts';
import type { Site } from './site.ts';

const KEEPING = [
  'kms:CancelKeyDeletion', 'kms:CreateAlias', 'kms:CreateGrant', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:DisableKey',
  'kms:EnableKey', 'kms:EnableKeyRotation', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListGrants',
  'kms:ListKeyPolicies', 'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:RevokeGrant', 'kms:ScheduleKeyDeletion',
  'kms:TagResource', 'kms:UntagResource', 'kms:UpdateAlias', 'kms:UpdateKeyDescription',
]; // biome-ignore format: a table
const USING = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The key that all data of a stage in a region is encrypted with. */
export class Key extends Construct {
  readonly arn: string;
  /** Logs that are encrypted with the key can only be made once it lets their service in. */
  readonly policy: KmsKeyPolicy;

  constructor(site: Site) {
    super(site, 'key');
    const { prefix, account, awsRegion, here, environment } = site;
    const key = new KmsKey(this, 'key', {
      ...here,
      description: `Data of ${prefix}`,
      enableKeyRotation: true,
      deletionWindowInDays: environment.deletionProtection ? 30 : 7,
    });
    this.arn = key.arn;
    new KmsAlias(this, 'alias', { ...here, name: `alias/${prefix}`, targetKeyId: key.keyId });
    // Apart from the key, so that it can name it: a policy that is part of its key could only say "*".
    this.policy = new KmsKeyPolicy(this, 'policy', {
      ...here,
      keyId: key.keyId,
      policy: policy(
        // Whom the account itself allows it, by IAM.
        { principal: { account }, actions: [...new Set([...KEEPING, ...USING])], resources: [key.arn] },
        {
          principal: { service: `logs.${awsRegion}.amazonaws.com` },
          actions: USING,
          resources: [key.arn],
          condition: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${awsRegion}:${account}:log-group:*`,
            },
          },
        },
        // An alarm that tells an encrypted topic.
        {
          principal: { service: 'cloudwatch.amazonaws.com' },
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [key.arn],
          condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ),
    });
  }
}
