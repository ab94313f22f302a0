import { expect, it } from 'vitest';
import { environment } from '../src/environment.ts';

it('brokers ask nobody who it is, unless a region of IAM is named', async () => {
  expect((await environment({ BOX_NAME: 'relay' })).brokerSignIn).toBeUndefined();
  const { brokerSignIn } = await environment({
    BOX_NAME: 'relay',
    BROKERS_IAM_REGION: 'us-east-1',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/some',
  });
  expect(brokerSignIn).toEqual({
    region: 'us-east-1',
    credentialsUrl: 'http://169.254.170.2/v2/credentials/some',
  });
});

it('a region of IAM without a role is refused, saying which variable is missing', async () => {
  await expect(environment({ BOX_NAME: 'relay', BROKERS_IAM_REGION: 'us-east-1' })).rejects.toThrow(
    /BROKERS_IAM_REGION.*AWS_CONTAINER_CREDENTIALS_RELATIVE_URI/,
  );
});

it('every variable that is wrong is named', async () => {
  await expect(
    environment({ BOX_NAME: 'app', PORT: 'eighty', BROKERS: 'broker', POOL_SIZE: '0' }),
  ).rejects.toThrow(/PORT: .*BROKERS.*: must be HOST:PORT.*POOL_SIZE: /);
});

it('an empty variable is one that is not set', async () => {
  expect((await environment({ BOX_NAME: 'app', PORT: '' })).port).toBe(8080);
});

it('leaves each of 16 clones so few connections that one database has room for all of them', async () => {
  const clone = await environment({ BOX_NAME: 'single', WORKERS: '16', CLONE: '16' });
  // One connection beside the pool; Postgres keeps three of its 120 for the superuser, and tools need a few.
  expect(16 * (clone.poolSize + 1)).toBeLessThan(120 - 3 - 10);
  expect((await environment({ BOX_NAME: 'single' })).poolSize).toBe(8);
});
