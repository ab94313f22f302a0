import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { signIn } from '../../src/iam/sign-in.ts';
import { brokerToken } from '../../src/iam/token.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEXAMPLE//token+with=signs',
};

/** Made by aws-msk-iam-sasl-signer-python 1.0.2 of these credentials, for eu-west-1, at this second. */
const AT = new Date('2026-11-23T01:02:03.456Z');
const SIGNED = {
  Action: 'kafka-cluster:Connect',
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'AKIDEXAMPLE/20261123/eu-west-1/kafka-cluster/aws4_request',
  'X-Amz-Date': '20261123T010203Z',
  'X-Amz-Expires': '900',
  'X-Amz-Security-Token': CREDENTIALS.sessionToken,
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': 'ce11d5cd3da2c48d744b67ce324b7ddb6bdde208894c1880a8032259e316f9cc',
};

function read(token: string): URL {
  return new URL(Buffer.from(token, 'base64url').toString());
}

/** Stands for ECS: gives a task's credentials, or what else is asked of it. */
let ecs: Server | undefined;
async function ecsSays(status: number, body: object): Promise<string> {
  ecs = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  ecs.listen(0, '127.0.0.1');
  await once(ecs, 'listening');
  return `http://127.0.0.1:${(ecs.address() as AddressInfo).port}/v2/credentials/some`;
}

afterEach(() => {
  ecs?.close();
  ecs = undefined;
});

it("a token is signed as the provider's own signer does it", () => {
  const url = read(brokerToken('eu-west-1', CREDENTIALS, AT));
  expect(url.origin + url.pathname).toBe('https://kafka.eu-west-1.amazonaws.com/');
  const { 'User-Agent': signer, ...signed } = Object.fromEntries(url.searchParams);
  expect(signed).toEqual(SIGNED);
  expect(signer).toBe('scaling-tickets');
});

it("each connection gets a token of the credentials that the task's role has now", async () => {
  const credentialsUrl = await ecsSays(200, {
    AccessKeyId: 'AKIDNOW',
    SecretAccessKey: 'secret',
    Token: 'session',
    Expiration: '2026-11-23T07:00:00Z',
    RoleArn: 'arn:aws:iam::123456789012:role/runs',
  });
  const { ssl, sasl } = signIn({ region: 'us-east-1', credentialsUrl });
  expect(ssl).toBe(true);
  if (sasl?.mechanism !== 'oauthbearer' || !('oauthBearerProvider' in sasl)) throw new Error('no sign-in');
  const { searchParams } = read((await sasl.oauthBearerProvider()).value);
  expect(searchParams.get('X-Amz-Credential')).toMatch(/^AKIDNOW\/\d{8}\/us-east-1\/kafka-cluster\//);
  expect(searchParams.get('X-Amz-Security-Token')).toBe('session');
});

it('a task without a role is told so', async () => {
  const credentialsUrl = await ecsSays(404, { message: 'no role' });
  const { sasl } = signIn({ region: 'us-east-1', credentialsUrl });
  if (sasl?.mechanism !== 'oauthbearer' || !('oauthBearerProvider' in sasl)) throw new Error('no sign-in');
  await expect(sasl.oauthBearerProvider()).rejects.toThrow(/role has no credentials: .* says 404/);
});
