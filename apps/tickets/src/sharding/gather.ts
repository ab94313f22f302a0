import { setTimeout as sleep } from 'node:timers/promises';
import type { Gathered, Overview, Reservation, ShowTakings } from '../ports.ts';
import type { Statement } from '../stores/pool.ts';
import { within } from '../within.ts';
import { BUCKETS } from './bucket.ts';
import type { Shard } from './shard.ts';
import { shardLinks } from './shard-links.ts';
import { ofBuyer, soldByShow } from './shard-sql.ts';
import type { Shards } from './shards.ts';

/** A shard has so long for its part; then its statement is cancelled, and the answer goes out without it and says so. */
const PART_LIMIT_MS = 800;
const MOST_RESERVATIONS = 50;
/** To add up looks through all sales of all shards. */
const GOOD_FOR_MS = 5000;
/** A bucket that changes hands while it is asked for is with none of them, or with both: then all are asked again. */
const TRIES = 3;
const TRY_AGAIN_MS = 60;

/** What a shard says: its part, and which buckets that part is of. */
interface Part<Found> {
  readonly buckets: readonly number[];
  readonly found: readonly Found[];
}

/** Asks all shards at once and puts their answers together (scatter and gather). */
export function gather(shards: Pick<Shards, 'all' | 'map' | 'catalogue'>): Overview {
  const { all, map } = shards;
  let adding: Promise<Gathered<ShowTakings>> | undefined;
  let latest: { readonly takings: Gathered<ShowTakings>; readonly until: number } | undefined;

  async function fromAll<Found>(statement: Statement, values: readonly unknown[]): Promise<Gathered<Found>> {
    for (let tries = 1; ; tries += 1) {
      const asked = all();
      const parts = await Promise.allSettled(asked.map((one) => partOf<Found>(one, statement, values)));
      const given = parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
      const missing = asked.flatMap((one, index) => (parts[index]?.status === 'rejected' ? [one.name] : []));
      if (given.length === 0) throw parts.find((part) => part.status === 'rejected')?.reason;
      const buckets = given.flatMap((part) => part.buckets);
      const complete = buckets.length === BUCKETS && new Set(buckets).size === BUCKETS;
      if (complete || missing.length > 0 || tries === TRIES) {
        const unasked = complete || missing.length > 0 ? [] : ['a bucket that is moving'];
        return { found: given.flatMap((part) => part.found), missing: [...missing, ...unasked] };
      }
      await sleep(TRY_AGAIN_MS);
      await map.refresh();
    }
  }

  /** What has a gap is not kept: the shard may be back in a moment. */
  async function addUp(): Promise<Gathered<ShowTakings>> {
    const takings = await fromAll<ShowTakings>(soldByShow, []);
    latest = takings.missing.length > 0 ? undefined : { takings, until: performance.now() + GOOD_FOR_MS };
    return takings;
  }

  return {
    links: shardLinks(shards),
    async ofBuyer(email) {
      const { found, missing } = await fromAll<Reservation>(ofBuyer, [email, MOST_RESERVATIONS]);
      const newest = [...found].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
      return { found: newest.slice(0, MOST_RESERVATIONS), missing };
    },
    // A show is on one shard alone, so there is nothing to add up here but the shards' lines. This reads all
    // sales, so requests within a few seconds get the same answer, and an app scans a shard once at a time.
    takings() {
      if (latest !== undefined && performance.now() < latest.until) return Promise.resolve(latest.takings);
      adding ??= addUp().finally(() => {
        adding = undefined;
      });
      return adding;
    },
  };
}

async function partOf<Found>(
  shard: Shard,
  statement: Statement,
  values: readonly unknown[],
): Promise<Part<Found>> {
  const asking = shard.text(statement, values, PART_LIMIT_MS);
  const text = await within(PART_LIMIT_MS, asking, `${shard.name} does not answer`);
  return JSON.parse(text ?? 'null') as Part<Found>;
}
