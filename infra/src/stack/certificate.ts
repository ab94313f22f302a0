import { AcmCertificate, AcmCertificateValidation, Route53Record } from '../aws.ts';
import { Construct } from '../cdk.ts';
import type { Site } from './site.ts';

/** A certificate for these names, proved by records in the environment's domain. */
export class Certificate extends Construct {
  readonly arn: string;

  constructor(scope: Construct, site: Site, zoneId: string, names: readonly [string, ...string[]]) {
    super(scope, 'certificate');
    const [domainName, ...more] = names;
    const certificate = new AcmCertificate(this, 'certificate', {
      ...site.here,
      domainName,
      subjectAlternativeNames: more,
      validationMethod: 'DNS',
      lifecycle: { createBeforeDestroy: true },
    });
    const records = names.map((_, index) => {
      const option = certificate.domainValidationOptions.get(index);
      return new Route53Record(this, `proof-${index + 1}`, {
        zoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        ttl: 300,
        records: [option.resourceRecordValue],
        // Each region's certificate asks for the same proof.
        allowOverwrite: true,
      });
    });
    this.arn = new AcmCertificateValidation(this, 'proved', {
      ...site.here,
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    }).certificateArn;
  }
}
