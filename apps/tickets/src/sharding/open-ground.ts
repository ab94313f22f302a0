import { type Pool, pool } from '../stores/pool.ts';
import type { Ground } from './reshard.ts';
import type { Shard } from './shard.ts';
import { ForeignShard } from './shard-identity.ts';
import { openShard, type ShardEnvironment } from './shards.ts';

const SHARD_LIMIT_MS = 20_000;
const FORMER_LIMIT_MS = 5000;

/** Catalogue and shards for who administers them. */
export interface OpenGround extends Ground {
  readonly catalogue: Pool;
  /** The numbers that the map names, and those that a move did. */
  numbers(): Promise<{ readonly mapped: number[]; readonly former: number[] }>;
  /** A shard that is asked for, if it is there: one that nothing lies on any more may be gone. */
  shardIfThere(number: number): Promise<Pool | null>;
  /** What is wrong with those of the map that answer with another database than the one that has their sales. */
  foreign(): Promise<string[]>;
  close(): Promise<void>;
}

/** A shard that is asked for is waited for: it may have been started a moment ago. */
export function openGround(env: ShardEnvironment & { readonly databaseUrl: string }): OpenGround {
  const catalogue = pool(env.databaseUrl, env);
  const opened = new Map<number, Shard>();
  function open(number: number): Shard {
    const known = opened.get(number) ?? openShard(catalogue, number, env);
    opened.set(number, known);
    return known;
  }
  async function numbers() {
    const rows = await catalogue.rows<{ shard: number; mapped: boolean }>(
      `select shard, bool_or(mapped) as mapped from (
         select shard, true as mapped from bucket_map
         union all select source, false from bucket_moves
         union all select target, false from bucket_moves
       ) named group by shard order by shard`,
    );
    const of = (mapped: boolean) => rows.filter((row) => row.mapped === mapped).map((row) => row.shard);
    return { mapped: of(true), former: of(false) };
  }
  return {
    catalogue,
    numbers,
    async foreign() {
      const known = (await numbers()).mapped.map(open);
      await Promise.all(known.map((one) => one.tried(FORMER_LIMIT_MS)));
      const checked = await Promise.allSettled(known.map((one) => one.check()));
      return checked.flatMap((one) =>
        one.status === 'rejected' && one.reason instanceof ForeignShard ? [one.reason.message] : [],
      );
    },
    async shard(number) {
      const known = open(number);
      await known.ready(SHARD_LIMIT_MS);
      await known.check();
      return known.pool;
    },
    async shardIfThere(number) {
      const known = open(number);
      // Once it was tried: where nobody listens, nobody will.
      await known.tried(FORMER_LIMIT_MS);
      return await known.check().then(
        () => known.pool,
        () => null,
      );
    },
    async close() {
      await Promise.all([catalogue.close(), ...[...opened.values()].map((one) => one.close())]);
    },
  };
}
