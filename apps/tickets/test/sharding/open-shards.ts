import type { Environment } from '../../src/index.ts';
import { catalogue, pool, type Store, sharded, shards } from '../../src/index.ts';
import type { Shards } from '../../src/sharding/shards.ts';
import type { Pool } from '../../src/stores/pool.ts';
import type { TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

export interface OpenedShards {
  readonly store: Store;
  readonly shards: Shards;
  readonly catalogue: Pool;
  readonly env: Environment;
  close(): Promise<void>;
}

/** Makes the databases of a sharded shop, all on one server: `NAME`, its catalogue, and `NAME_1` … */
export async function makeDatabases(server: TestPostgres, name: string, count: number): Promise<void> {
  await server.database(name);
  for (let number = 1; number <= count; number += 1) await server.database(`${name}_${number}`);
}

/** One app's view of it. */
export async function openShards(
  server: TestPostgres,
  name: string,
  other: Partial<Environment> = {},
): Promise<OpenedShards> {
  const env = settings(server.url(name), { shardUrl: server.url(`${name}_{n}`), ...other });
  const opened = pool(env.databaseUrl, env);
  const found = await shards(opened, env);
  return {
    store: { shows: catalogue(opened), reservations: sharded(found) },
    shards: found,
    catalogue: opened,
    env,
    async close() {
      for (const dependency of found.dependencies) await dependency.close();
    },
  };
}
