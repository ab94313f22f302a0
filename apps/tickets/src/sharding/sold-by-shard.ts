import type { OpenGround } from './open-ground.ts';
import { readMap } from './shard-map.ts';

/** The show of which most seats are sold. */
export async function hottest(ground: OpenGround): Promise<number> {
  const { mapped } = await ground.numbers();
  const lines = await Promise.all(
    mapped.map(async (number) => {
      const [best] = await (await ground.shard(number)).rows<{ show: number; seats: number }>(
        `select show_id as show, count(*)::int as seats from reserved_seats
         where has_bucket(bucket_of(show_id)) group by show_id order by 2 desc, 1 limit 1`,
      );
      return best === undefined ? [] : [best];
    }),
  );
  const best = lines.flat().sort((one, other) => other.seats - one.seats)[0];
  if (best === undefined) throw new Error('nothing is sold yet: name the show');
  return best.show;
}

/** The shard that has sold least; of several, the one with the fewest buckets. */
export async function leastSold(ground: OpenGround): Promise<number> {
  const { mapped } = await ground.numbers();
  const { shardOf } = await readMap(ground.catalogue);
  const sums = await Promise.all(
    mapped.map(async (number) => {
      const [sum] = await (await ground.shard(number)).rows<{ seats: number }>(
        'select count(*)::int as seats from reserved_seats where has_bucket(bucket_of(show_id))',
      );
      return {
        number,
        seats: sum?.seats ?? 0,
        buckets: shardOf.filter((shard) => shard === number).length,
      };
    }),
  );
  const [least] = sums.sort((one, other) => one.seats - other.seats || one.buckets - other.buckets);
  if (least === undefined) throw new Error('the map names no shard');
  return least.number;
}
