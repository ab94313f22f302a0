import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pool } from '../../src/index.ts';
import { stackSecret } from '../../src/links/stack-secret.ts';
import type { Pool } from '../../src/stores/pool.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

let server: TestPostgres;
const pools: Pool[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const one of pools) await one.close();
  await server.stop();
});

async function stack(name: string): Promise<Pool> {
  const env = settings(await server.database(name));
  const opened = pool(env.databaseUrl, env);
  pools.push(opened);
  await migrate(opened, env);
  return opened;
}

const secretOf = (database: Pool) => stackSecret((statement, values) => database.text(statement, values))();

it('is the same for apps that need it first at the same time, and for those that need it later', async () => {
  const database = await stack('one');
  const secrets = await Promise.all(Array.from({ length: 8 }, () => secretOf(database)));
  expect(new Set([...secrets, await secretOf(database)]).size).toBe(1);
  expect(secrets[0]).toMatch(/^[\w-]{43}$/);
});

it('is not in a database that was only migrated, which stacks are copied from, and differs from stack to stack', async () => {
  const [one, other] = [await stack('first'), await stack('second')];
  expect(await one.rows('select from secrets')).toEqual([]);
  expect(await secretOf(one)).not.toBe(await secretOf(other));
});

it('is asked for again after a database that did not answer', async () => {
  const database = await stack('absent');
  let isAway = true;
  const secret = stackSecret(async (statement, values) => {
    if (isAway) throw new Error('away');
    return await database.text(statement, values);
  });
  await expect(secret()).rejects.toThrow('away');
  isAway = false;
  await expect(secret()).resolves.toMatch(/^[\w-]{43}$/);
});
