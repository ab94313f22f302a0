import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonText, Reservation, Reservations } from '../ports.ts';
import { bucketOf, bucketOfReservation, newReservationId } from '../sharding/bucket.ts';
import type { Shard } from '../sharding/shard.ts';
import { cancelHere, ELSEWHERE, findHere, reserveHere, seatMapHere } from '../sharding/shard-sql.ts';
import { ShardUnavailable } from '../sharding/shard-unavailable.ts';
import type { Shards } from '../sharding/shards.ts';
import type { Statement } from './pool.ts';
import { cancelOutcome, reserveOutcome } from './postgres.ts';

/** A bucket that is handed over takes no writes for less than a second; who waits longer is told to come back. */
const MOVING_LIMIT_MS = 2000;
const TRY_AGAIN_MS = 15;

type Refused = { readonly kind: 'frozen' | 'elsewhere' };

/**
 * Reservations spread over shards: a show's bucket is on one of them, and everything that is sold of the show with it.
 * The map says where; the shard has the last word, so that an app with an old map is sent on and never writes to the
 * wrong one. A reservation's id names its bucket, and a key is looked for where its show is.
 *
 * @throws ShardUnavailable naming the shard; all shows of the others go on being sold.
 */
export function sharded({ map, shard }: Pick<Shards, 'map' | 'shard'>): Reservations {
  /** Asks the shard that has the bucket; one that is on its way is waited for. */
  async function ask(
    bucket: number,
    statement: Statement,
    values: readonly unknown[],
    isRefused: (text: string | null) => boolean,
  ): Promise<string | null> {
    const deadline = performance.now() + MOVING_LIMIT_MS;
    for (;;) {
      const chosen = shardFor(bucket);
      const text = await chosen.text(statement, values);
      if (!isRefused(text)) return text;
      if (performance.now() > deadline) throw new ShardUnavailable(chosen.name, 'moving');
      await sleep(TRY_AGAIN_MS);
      await map.refresh();
    }
  }

  function shardFor(bucket: number): Shard {
    const number = map.current.shardOf[bucket];
    if (number === undefined) throw new RangeError(`no bucket ${bucket}`);
    return shard(number);
  }

  return {
    async seatMap(showId) {
      const bucket = bucketOf(showId);
      const text = await ask(bucket, seatMapHere, [showId, bucket], isElsewhere);
      return text as JsonText | null;
    },
    async reserve({ showId, seats, name, email, idempotencyKey, ticket }) {
      const bucket = bucketOf(showId);
      const id = newReservationId(bucket);
      const values = [bucket, id, showId, seats, name, email, idempotencyKey, ticket];
      const text = await ask(bucket, reserveHere, values, isRefusal);
      return reserveOutcome(text);
    },
    async cancel(id) {
      const bucket = bucketOfReservation(id);
      if (bucket === undefined) return { kind: 'not-found' };
      const text = await ask(bucket, cancelHere, [bucket, id], isRefusal);
      return cancelOutcome(text);
    },
    async find(id) {
      const bucket = bucketOfReservation(id);
      if (bucket === undefined) return null;
      const text = await ask(bucket, findHere, [id, bucket], isElsewhere);
      return text === null ? null : (JSON.parse(text) as Reservation);
    },
  };
}

function isElsewhere(text: string | null): boolean {
  return text === ELSEWHERE;
}

/** Refusals are short; answers to buyers are parsed once, by who needs them. */
function isRefusal(text: string | null): boolean {
  if (text === null || text.length > 40) return false;
  const { kind } = JSON.parse(text) as Partial<Refused>;
  return kind === 'frozen' || kind === 'elsewhere';
}
