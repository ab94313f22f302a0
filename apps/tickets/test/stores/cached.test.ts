import { afterAll, beforeAll } from 'vitest';
import { cached, cluster, redis, replicated } from '../../src/index.ts';
import { settings } from '../settings.ts';
import { contract } from './contract.ts';
import { type ReplicatedShops, startReplicatedShops } from './replicated-shops.ts';

let shops: ReplicatedShops | undefined;

beforeAll(async () => {
  shops = await startReplicatedShops(['cache_there', 'cache_away']);
}, 60_000);
afterAll(() => shops?.stop());

async function open(name: string, redisUrl: string | undefined) {
  const { primary, standby, redis: server } = shops as ReplicatedShops;
  const env = settings(primary.url(name), {
    redisUrl: redisUrl ?? server.url,
    replicaUrls: [standby.url(name)],
  });
  const databases = await cluster(env);
  const cache = redis(env.redisUrl, env);
  return {
    store: cached(cache, replicated(databases, env), env),
    change: (statement: string) => primary.ask(statement, name),
    async close() {
      for (const dependency of [cache, ...databases.dependencies]) await dependency.close();
    },
  };
}

contract('a cache before a primary and a replica', () => open('cache_there', undefined));
contract('the same with nobody where the cache should be', () => open('cache_away', 'redis://127.0.0.1:1'));
