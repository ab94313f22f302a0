import aws4 from 'aws4';
import type { Credentials } from './credentials.ts';

const SERVICE = 'kafka-cluster';
const ACTION = 'kafka-cluster:Connect';
const LIFETIME_SECONDS = 900;
const SIGNER = 'scaling-tickets';

/**
 * What MSK takes for a password: the address of a request to connect, signed (Signature Version 4) and good for a quarter of
 * an hour.
 *
 * @see https://github.com/aws/aws-msk-iam-sasl-signer-python, whose tokens these are but for the signer's name
 */
export function brokerToken(region: string, credentials: Credentials, at: Date = new Date()): string {
  const host = `kafka.${region}.amazonaws.com`;
  const asked = new URLSearchParams({
    Action: ACTION,
    'X-Amz-Expires': String(LIFETIME_SECONDS),
    'X-Amz-Date': at.toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
  });
  const { path } = aws4.sign(
    { host, path: `/?${asked}`, service: SERVICE, region, signQuery: true },
    credentials,
  );
  // The name is not part of what is signed.
  return Buffer.from(`https://${host}${path}&User-Agent=${SIGNER}`).toString('base64url');
}
