import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import type { Pool } from '../stores/pool.ts';
import { BUCKETS } from './bucket.ts';

/** So soon every app knows of a change. It need not be sooner: a shard refuses what it does not have. */
const FOLLOW_MS = 1000;
/** Refusals come in crowds: the catalogue is asked this often at most. */
const ASK_AGAIN_MS = 20;

/** Which shard has which bucket, as the catalogue said when it was last asked. */
export interface ShardMap {
  readonly version: number;
  /** The number of the shard, by bucket. */
  readonly shardOf: readonly number[];
}

/** An app's copy of the map, which follows the catalogue. */
export interface FollowedMap {
  readonly current: ShardMap;
  /** Asks the catalogue now: a shard said that a bucket is elsewhere. */
  refresh(): Promise<void>;
  stop(): void;
}

/** @throws Error when the map has not got a shard for each bucket. */
export async function readMap(catalogue: Pool): Promise<ShardMap> {
  const rows = await catalogue.rows<{ shard: number; version: string }>(
    'select shard, version from bucket_map order by bucket',
  );
  if (rows.length !== BUCKETS) throw new Error(`the map has ${rows.length} of ${BUCKETS} buckets`);
  return {
    version: Math.max(...rows.map((row) => Number(row.version))),
    shardOf: rows.map((row) => row.shard),
  };
}

/** Reads the map, and again every second. Without the catalogue the copy that is there goes on being used. */
export async function followMap(catalogue: Pool): Promise<FollowedMap> {
  let current = await readMap(catalogue);
  let asking: Promise<void> | undefined;
  let stopped = false;

  async function ask(): Promise<void> {
    try {
      const found = await readMap(catalogue);
      if (found.version < current.version) return;
      if (found.version > current.version) log.info({ version: found.version }, 'the map has changed');
      current = found;
    } catch (error) {
      log.warn({ err: error }, 'the map could not be read: the known one is used');
    }
    await sleep(ASK_AGAIN_MS);
  }

  async function refresh(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    await asking;
  }

  async function follow(): Promise<void> {
    while (!stopped) {
      await sleep(FOLLOW_MS, undefined, { ref: false });
      if (!stopped) await refresh();
    }
  }

  void follow();
  return {
    get current() {
      return current;
    },
    refresh,
    stop() {
      stopped = true;
    },
  };
}
