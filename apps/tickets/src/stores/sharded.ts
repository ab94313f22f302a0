import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonText, Reservation, Reservations } from '../ports.ts';
import { bucketOf, bucketOfReservation, newReservationId } from '../sharding/bucket.ts';
import type { Shard } from '../sharding/shard.ts';
import { cancelHere, ELSEWHERE, findHere, reserveHere, seatMapHere } from '../sharding/shard-sql.ts';
import { ShardUnavailable } from '../sharding/shard-unavailable.ts';
import type { Shards } from '../sharding/shards.ts';
import { forgetKeys } from './forget-keys.ts';
import type { Statement } from './pool.ts';
import { cancelOutcome, reserveOutcome } from './postgres.ts';

/** A bucket that is handed over takes no writes for less than a second; who waits longer is told to come back. */
const MOVING_LIMIT_MS = 2000;
const TRY_AGAIN_MS = 15;
const TRY_AGAIN_MOST_MS = 240;
/** A bucket that nobody has for longer than the limit is asked for this often by an app, however many want it. */
const PROBE_EVERY_MS = 250;

/** By `performance.now()`. */
interface Refusal {
  since: number;
  triedAt: number;
}

type Refused = { readonly kind: 'frozen' | 'elsewhere' };

/**
 * Reservations spread over shards: a show's bucket is on one of them, and everything that is sold of the show with it.
 * The map says where; the shard has the last word, so that an app with an old map is sent on and never writes to the
 * wrong one. A reservation's id names its bucket, and a key is looked for where its show is.
 *
 * @throws ShardUnavailable naming the shard; all shows of the others go on being sold.
 */
export function sharded({ map, shard }: Pick<Shards, 'map' | 'shard'>): Reservations {
  /** Buckets that were refused when last asked for: since when, and when that was. */
  const refused = new Map<number, Refusal>();

  /**
   * Asks the shard that has the bucket; one that is on its way is waited for, with ever longer gaps. A move that stopped
   * half-way leaves a bucket that nobody has: then one request in `PROBE_EVERY_MS` tries, and the others that came
   * meanwhile fail.
   */
  async function ask(
    bucket: number,
    statement: Statement,
    values: readonly unknown[],
    isRefused: (text: string | null) => boolean,
  ): Promise<string | null> {
    for (let wait = TRY_AGAIN_MS; ; wait = Math.min(2 * wait, TRY_AGAIN_MOST_MS)) {
      const isFirst = await waitForTurn(bucket);
      const chosen = shardFor(bucket);
      if (!isFirst) throw new ShardUnavailable(chosen.name, 'moving');
      const text = await chosen.text(statement, values);
      if (!isRefused(text)) {
        refused.delete(bucket);
        return text;
      }
      if (isStuck(noteRefusal(bucket))) throw new ShardUnavailable(chosen.name, 'moving');
      await sleep(wait);
      await map.refresh();
    }
  }

  /** Whether this request may ask for a bucket; of one that nobody has, only one of those that wait may. */
  async function waitForTurn(bucket: number): Promise<boolean> {
    const before = refusalOf(bucket, performance.now());
    if (before === undefined) return true;
    const { triedAt } = before;
    if (isStuck(before)) {
      await sleep(Math.max(0, triedAt + PROBE_EVERY_MS - performance.now()));
      if (before.triedAt !== triedAt) return false;
    }
    before.triedAt = performance.now();
    if (isStuck(before)) await map.refresh();
    return true;
  }

  /** After a time without a request a refusal may be that of another move. */
  function refusalOf(bucket: number, now: number): Refusal | undefined {
    const found = refused.get(bucket);
    return found !== undefined && now - found.triedAt < MOVING_LIMIT_MS ? found : undefined;
  }

  function noteRefusal(bucket: number): Refusal {
    const now = performance.now();
    const noted = { since: refusalOf(bucket, now)?.since ?? now, triedAt: now };
    refused.set(bucket, noted);
    return noted;
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
      forgetKeys(shardFor(bucket).pool);
      const text = await ask(bucket, reserveHere, values, isRefusal);
      return reserveOutcome(text);
    },
    async cancel(id, token) {
      const bucket = bucketOfReservation(id);
      if (bucket === undefined) return { kind: 'not-found' };
      const text = await ask(bucket, cancelHere, [bucket, id, token], isRefusal);
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

/** Refused from the first to the last attempt for longer than a move takes. */
function isStuck({ since, triedAt }: Refusal): boolean {
  return triedAt - since > MOVING_LIMIT_MS;
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
