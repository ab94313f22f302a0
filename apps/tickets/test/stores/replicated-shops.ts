import { migrate, pool } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';

export interface ReplicatedShops {
  readonly primary: TestPostgres;
  readonly standby: TestPostgres;
  readonly redis: TestRedis;
  stop(): Promise<void>;
}

/** A primary with a seeded shop in each database that is named, a streaming replica of it, and a Redis. */
export async function startReplicatedShops(names: readonly string[]): Promise<ReplicatedShops> {
  /** In the order in which they must end, also when not all of them came up. */
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const each of started) await each.stop();
  };
  try {
    const redis = await startRedis();
    started.unshift(redis);
    const primary = await startPostgres();
    started.unshift(primary);
    for (const name of names) {
      const env = settings(await primary.database(name));
      const writer = pool(env.databaseUrl, env);
      await migrate(writer, env);
      await writer.close();
    }
    const standby = await startStandby(primary, 'replica_1');
    started.unshift(standby);
    return { primary, standby, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
