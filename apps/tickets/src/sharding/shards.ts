import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import type { Dependency } from '../ports.ts';
import { type Pool, pool } from '../stores/pool.ts';
import { prepareCatalogue, prepareShard } from './prepare-shards.ts';
import { type Shard, shard } from './shard.ts';
import { type FollowedMap, followMap } from './shard-map.ts';

/** A new shard is given so long to become one. One that is away holds up nobody. */
const WAIT_FOR_SHARD_MS = 60_000;
/** How soon a shard that is new is looked after, and when one that is none any more is let go: its outbox is empty. */
const LOOK_MS = 500;
const CLOSE_AFTER_MS = 60_000;

/** The shards of a shop, and the map that says who has what. */
export interface Shards {
  readonly catalogue: Pool;
  readonly map: FollowedMap;
  /** The shard of this number; one that the map named only lately is opened. */
  shard(number: number): Shard;
  /** Those that the map names now. */
  all(): readonly Shard[];
  readonly dependencies: readonly Dependency[];
}

export type ShardEnvironment = Pick<
  Environment,
  'poolSize' | 'boxName' | 'seed' | 'shows' | 'shardUrl' | 'shards'
>;

/** Opens the shards that the catalogue's map names, preparing what is not prepared yet. */
export async function shards(catalogue: Pool, env: ShardEnvironment): Promise<Shards> {
  await prepareCatalogue(catalogue, env.shards, env);
  const map = await followMap(catalogue);
  const opened = new Map<number, Shard>();

  function byNumber(number: number): Shard {
    const known = opened.get(number);
    if (known !== undefined) return known;
    const made = openShard(catalogue, number, env);
    opened.set(number, made);
    return made;
  }
  const all = () => [...new Set(map.current.shardOf)].sort((a, b) => a - b).map(byNumber);

  await Promise.all(all().map((one) => one.tried(WAIT_FOR_SHARD_MS)));
  return {
    catalogue,
    map,
    shard: byNumber,
    all,
    dependencies: [dependency(catalogue), shardsTogether()],
  };

  function shardsTogether(): Dependency {
    return {
      name: 'shards',
      optional: true,
      async check() {
        const checks = await Promise.allSettled(all().map((one) => one.check()));
        const failed = checks.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
        if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join('; '));
      },
      async close() {
        map.stop();
        await Promise.all([...opened.values()].map((one) => one.close()));
      },
    };
  }
}

/** The catalogue is needed to start; what is known of the map then serves without it. */
function dependency(catalogue: Pool): Dependency {
  return {
    name: catalogue.name,
    optional: true,
    check: () => catalogue.check(),
    close: () => catalogue.close(),
  };
}

/**
 * Opens something for every shard that the map names, also for those that it names only later: what works off every
 * shard's outbox, for instance. One that the map names no more is closed a while after.
 */
export async function eachShard(
  catalogue: Pool,
  env: ShardEnvironment,
  open: (url: string) => Dependency,
): Promise<Dependency> {
  await prepareCatalogue(catalogue, env.shards, env);
  const map = await followMap(catalogue);
  const opened = new Map<number, Dependency>();
  const left = new Map<number, number>();
  function follow(): void {
    const named = new Set(map.current.shardOf);
    for (const number of named) {
      left.delete(number);
      if (!opened.has(number)) opened.set(number, open(addressOf(number, env)));
    }
    for (const [number, one] of opened) {
      if (named.has(number)) continue;
      const since = left.get(number) ?? performance.now();
      left.set(number, since);
      if (performance.now() - since < CLOSE_AFTER_MS) continue;
      opened.delete(number);
      one.close().catch((error) => log.warn({ err: error, shard: number }, 'a former shard was not let go'));
    }
  }
  follow();
  const following = setInterval(follow, LOOK_MS).unref();
  return {
    name: 'shards',
    // One that is away holds up its own part only.
    async check() {
      const checks = await Promise.allSettled([...opened.values()].map((one) => one.check()));
      const failed = checks.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      if (failed.length === opened.size && failed[0] !== undefined) throw failed[0];
    },
    async close() {
      clearInterval(following);
      map.stop();
      await Promise.all([catalogue.close(), ...[...opened.values()].map((one) => one.close())]);
    },
  };
}

function addressOf(number: number, { shardUrl }: Pick<ShardEnvironment, 'shardUrl'>): string {
  if (shardUrl === undefined) throw new Error('SHARD_URL is not set: where are the shards?');
  return shardUrl.replaceAll('{n}', String(number));
}

/** Opens one shard; a blank database behind it becomes that shard where it never had data. */
export function openShard(catalogue: Pool, number: number, env: ShardEnvironment): Shard {
  const connections = pool(addressOf(number, env), env, `shard-${number}`);
  let known: string | undefined;
  return shard(number, connections, async () => {
    known = await prepareShard({ number, shard: connections, catalogue, env }, known);
  });
}
