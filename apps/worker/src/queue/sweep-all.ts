import type { Environment } from '@scaling/tickets';
import { openGround, type Pool, pool } from '@scaling/tickets/work';
import { type Swept, sweep } from './sweep.ts';

/** `sweep` over every database that sells: the shards that the map names, or those whose outboxes the relay empties. */
export async function sweepAll(env: Environment, withinSeconds: number): Promise<Swept> {
  const mailed = pool(env.databaseUrl, env);
  const isSharded = env.shardUrl !== undefined;
  const ground = isSharded ? openGround(env) : undefined;
  const sellers: readonly Pool[] =
    ground === undefined
      ? env.outboxUrls.map((url) => pool(url, env))
      : await Promise.all((await ground.numbers()).mapped.map((number) => ground.shard(number)));
  const all: Swept[] = [];
  for (const seller of sellers) all.push(await sweep(seller, mailed, { withinSeconds, isSharded }));
  await Promise.all([
    mailed.close(),
    ground?.close(),
    ...(isSharded ? [] : sellers.map((one) => one.close())),
  ]);
  return {
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    published: all.reduce((sum, { published }) => sum + published, 0),
  };
}
