import type { Pool } from '../stores/pool.ts';
import { BUCKETS, bucketOf } from './bucket.ts';
import { HERE } from './move-bucket.ts';
import { readMap } from './shard-map.ts';

/** What a shard holds, by bucket. */
const HELD = `
with held as (
  select 'seats' as kind, bucket_of(show_id) as bucket, count(*)::int as rows from seats group by 2
  union all
  select 'reservations', bucket_of(show_id), count(*)::int from reservations group by 2
  union all
  select 'reserved seats', bucket_of(show_id), count(*)::int from reserved_seats group by 2
  union all
  select 'keys', bucket_of(split_part(key, '/', 1)::int), count(*)::int from idempotency group by 2
), strays as (
  select id from reservations where ('x' || left(id::text, 2))::bit(8)::int <> bucket_of(show_id)
)
select
  (select coalesce(json_agg(held), '[]') from held) as held,
  (select coalesce(json_agg(json_build_object('bucket', bucket, 'state', state)), '[]') from buckets) as buckets,
  (select coalesce(json_agg(id), '[]') from strays) as strays`;

interface Held {
  readonly held: readonly { readonly kind: string; readonly bucket: number; readonly rows: number }[];
  readonly buckets: readonly { readonly bucket: number; readonly state: string }[];
  readonly strays: readonly string[];
}

/** Whether every row is on the shard that the map says, and on no other. */
export interface ShardAudit {
  readonly version: number;
  readonly shards: readonly { readonly number: number; readonly buckets: number; readonly rows: number }[];
  /** Rows on a shard that the map does not name for them. */
  readonly misplaced: number;
  /** Buckets that no shard takes writes for, or more than one, or another than the map says. */
  readonly disputed: number;
  /** Shows whose seats are not where they belong. */
  readonly planless: number;
  readonly examples: readonly string[];
}

/** Asks these shards for all they hold, and holds it against the map and the catalogue's shows. */
export async function auditShards(
  catalogue: Pool,
  numbers: readonly number[],
  shard: (number: number) => Promise<Pool>,
): Promise<ShardAudit> {
  const { version, shardOf } = await readMap(catalogue);
  const found = await Promise.all(
    numbers.map(async (number) => {
      const [held] = await (await shard(number)).rows<Held>(HELD);
      if (held === undefined) throw new Error(`shard ${number} says nothing`);
      return { number, ...held };
    }),
  );
  const misplaced = found.flatMap(({ number, held, strays }) => [
    ...held
      .filter(({ bucket }) => shardOf[bucket] !== number)
      .map(({ kind, bucket, rows }) => ({
        rows,
        text: `shard ${number} has ${rows} ${kind} of bucket ${bucket}, which is shard ${shardOf[bucket]}’s`,
      })),
    ...strays.map((id) => ({ rows: 1, text: `shard ${number}: reservation ${id} names another bucket` })),
  ]);
  const disputed = Array.from({ length: BUCKETS }, (_, bucket) => {
    const owners = found
      .filter(({ buckets }) => buckets.some((one) => one.bucket === bucket && HERE.includes(one.state)))
      .map(({ number }) => number);
    const agreed = owners.length === 1 && owners[0] === shardOf[bucket];
    return agreed
      ? []
      : [`bucket ${bucket} is shard ${shardOf[bucket]}’s, and owned by ${owners.join(' and ') || 'none'}`];
  }).flat();
  const planless = (await catalogue.rows<{ id: number }>('select id from shows')).flatMap(({ id }) => {
    const owner = found.find(({ number }) => number === shardOf[bucketOf(id)]);
    const seats = owner?.held.find(({ kind, bucket }) => kind === 'seats' && bucket === bucketOf(id));
    return seats === undefined ? [`show ${id} has no seats on shard ${shardOf[bucketOf(id)]}`] : [];
  });
  return {
    version,
    shards: found.map(({ number, held, buckets }) => ({
      number,
      buckets: buckets.filter(({ state }) => HERE.includes(state)).length,
      rows: held.reduce((sum, { rows }) => sum + rows, 0),
    })),
    misplaced: misplaced.reduce((sum, { rows }) => sum + rows, 0),
    disputed: disputed.length,
    planless: planless.length,
    examples: [...misplaced.map(({ text }) => text), ...disputed, ...planless].slice(0, 10),
  };
}
