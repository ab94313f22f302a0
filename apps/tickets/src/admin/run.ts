import { type Environment, environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import type { Dependency } from '../ports.ts';
import { cluster } from '../stores/cluster.ts';
import { type Pool, pool } from '../stores/pool.ts';

/** Runs an administrative command on the shop's database, of several on the primary: prints its result as JSON, exits 1 with a reason. */
export async function run(command: (primary: Pool, env: Environment) => Promise<unknown>): Promise<void> {
  try {
    const env = await environment();
    // Standard output is for the result alone.
    log.level = 'silent';
    const { primary, dependencies } = await databasesOf(env);
    const result = await command(primary, env);
    for (const dependency of dependencies) await dependency.close();
    process.stdout.write(`${JSON.stringify(result)}\n`);
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
