import { afterAll, beforeAll } from 'vitest';
import { cached, cluster, migrate, pool, redis, replicated } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { contract } from './contract.ts';

let primary: TestPostgres;
let standby: TestPostgres;
let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
  primary = await startPostgres();
  for (const name of ['cache_there', 'cache_away']) {
    const env = settings(await primary.database(name));
    const writer = pool(env.databaseUrl, env);
    await migrate(writer, env);
    await writer.close();
  }
  standby = await startStandby(primary, 'replica_1');
}, 60_000);
afterAll(async () => {
  await standby.stop();
  await primary.stop();
  await server.stop();
});

async function open(name: string, redisUrl: string) {
  const env = settings(primary.url(name), { redisUrl, replicaUrls: [standby.url(name)] });
  const databases = await cluster(env);
  const cache = redis(env.redisUrl, env);
  return {
    store: cached(cache, replicated(databases, env), env),
    async close() {
      for (const dependency of [cache, ...databases.dependencies]) await dependency.close();
    },
  };
}

contract('a cache before a primary and a replica', () => open('cache_there', server.url));
contract('the same with nobody where the cache should be', () => open('cache_away', 'redis://127.0.0.1:1'));
