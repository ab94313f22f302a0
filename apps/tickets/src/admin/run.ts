import { type Environment, environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import { type Pool, pool } from '../stores/pool.ts';

/** Runs an administrative command on the shop's database: prints its result as JSON, exits 1 with a reason. */
export async function run(command: (primary: Pool, env: Environment) => Promise<unknown>): Promise<void> {
  try {
    const env = await environment();
    // Standard output is for the result alone.
    log.level = 'silent';
    const primary = pool(env.databaseUrl, env);
    const result = await command(primary, env);
    await primary.close();
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  flushLog();
}
