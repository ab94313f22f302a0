import { afterAll, beforeAll } from 'vitest';
import { cached, cluster, migrate, pool, redis, replicated } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { contract } from './contract.ts';

let primary: TestPostgres;
let standby: TestPostgres;
let server: TestRedis;
/** In the order they must end, also when not all of them came up. */
const started: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await startRedis();
  started.unshift(server);
  primary = await startPostgres();
  started.unshift(primary);
  for (const name of ['cache_there', 'cache_away']) {
    const env = settings(await primary.database(name));
    const writer = pool(env.databaseUrl, env);
    await migrate(writer, env);
    await writer.close();
  }
  standby = await startStandby(primary, 'replica_1');
  started.unshift(standby);
}, 60_000);
afterAll(async () => {
  for (const each of started) await each.stop();
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
