import { type Environment, environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import type { Dependency } from '../ports.ts';
import { openGround } from '../sharding/open-ground.ts';
import { cluster } from '../stores/cluster.ts';
import { type Pool, pool } from '../stores/pool.ts';

/** Runs an administrative command on the shop's database, of several on the primary: prints its result as JSON, exits 1 with a reason. */
export async function run(command: (primary: Pool, env: Environment) => Promise<unknown>): Promise<void> {
  await printed(async (env) => {
    const { primary, dependencies } = await databasesOf(env);
    const result = await command(primary, env);
    for (const dependency of dependencies) await dependency.close();
    return result;
  });
}

/**
 * The same on every database that sells: the shards that the map names, where the shop has shards, else its one database.
 * `together` makes one result of theirs.
 */
export async function runOnSellers<Part>(
  command: (seller: Pool, env: Environment) => Promise<Part>,
  together: (parts: readonly Part[]) => unknown,
): Promise<void> {
  await printed(async (env) => {
    if (env.shardUrl === undefined) {
      const { primary, dependencies } = await databasesOf(env);
      const result = together([await command(primary, env)]);
      for (const dependency of dependencies) await dependency.close();
      return result;
    }
    const ground = openGround(env);
    const { mapped } = await ground.numbers();
    const parts = await Promise.all(mapped.map(async (number) => command(await ground.shard(number), env)));
    await ground.close();
    return together(parts);
  });
}

async function printed(command: (env: Environment) => Promise<unknown>): Promise<void> {
  try {
    const env = await environment();
    // Standard output is for the result alone.
    log.level = 'silent';
    process.stdout.write(`${JSON.stringify(await command(env))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  flushLog();
}

async function databasesOf(
  env: Environment,
): Promise<{ primary: Pool; dependencies: readonly Dependency[] }> {
  if (env.replicaUrls.length > 0) return await cluster(env);
  // The only one there is need not be asked for its role, nor need it let us ask (a hosted one may not).
  const primary = pool(env.databaseUrl, env);
  return { primary, dependencies: [primary] };
}
