import { type Examined, type SeatTruth, seatTruth } from '../feed/seat-truth.ts';
import { bucketOf } from './bucket.ts';
import { seatChangesHere } from './shard-sql.ts';
import type { Shards } from './shards.ts';

/**
 * What all shards together say of seats: each of its own shows, and one that is away holds up no other. When the map has
 * changed, what was sold around the move may have been overlooked on both sides, so everybody missed something.
 */
export function shardTruth({ map, shard }: Pick<Shards, 'map' | 'shard'>): SeatTruth {
  const truths = new Map<number, SeatTruth>();
  let version = map.current.version;

  function truthOf(number: number): SeatTruth {
    const known = truths.get(number);
    if (known !== undefined) return known;
    const { text, pool } = shard(number);
    const made = seatTruth({ text, url: pool.url }, seatChangesHere);
    truths.set(number, made);
    return made;
  }

  function shardOf(showId: number): number {
    const number = map.current.shardOf[bucketOf(showId)];
    if (number === undefined) throw new RangeError(`no shard has show ${showId}`);
    return number;
  }

  return {
    opened: (showId) => truthOf(shardOf(showId)).opened(showId),
    told: (showId, seats) => truthOf(shardOf(showId)).told(showId, seats),
    rest() {
      for (const truth of truths.values()) truth.rest();
    },
    async examine(shows) {
      const moved = version !== map.current.version;
      version = map.current.version;
      if (moved) for (const showId of shows) truthOf(shardOf(showId)).opened(showId);
      const numbers = [...new Set(shows.map(shardOf))];
      const asked = await Promise.allSettled(
        numbers.map((number) =>
          truthOf(number).examine(shows.filter((showId) => shardOf(showId) === number)),
        ),
      );
      const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const [failed] = asked.filter((one) => one.status === 'rejected');
      if (answers.length === 0 && failed !== undefined) throw failed.reason;
      return { ...together(answers, moved), whole: failed === undefined };
    },
  };
}

function together(answers: readonly Examined[], moved: boolean): Pick<Examined, 'seats' | 'gap'> {
  return {
    seats: answers.flatMap(({ seats }) => seats),
    gap: moved || answers.some(({ gap }) => gap),
  };
}
