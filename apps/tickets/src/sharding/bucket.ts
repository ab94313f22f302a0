import { randomBytes } from 'node:crypto';

/**
 * Shows are dealt to so many buckets, and buckets to shards: what moves between shards is a bucket. Fixed for ever, since
 * the number of a reservation's bucket is part of its id.
 */
export const BUCKETS = 64;

/**
 * A show's bucket: the upper six bits of its number times 2³² ÷ golden ratio, modulo 2³² (Knuth's multiplicative hash).
 * Of numbers in a row it puts each as far from the others as can be, so that forty shows spread evenly, too. The shards
 * compute the same in SQL: `bucket_of` in `shard-tables.ts`.
 */
export function bucketOf(showId: number): number {
  return Math.imul(showId, 2_654_435_769) >>> 26;
}

/** An id for a new reservation, a UUID of version 8 (custom): its first byte is the bucket, the rest is random. */
export function newReservationId(bucket: number): string {
  const bytes = randomBytes(16);
  bytes[0] = bucket;
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bucket that a reservation's id names; undefined: no shard has given out such an id. */
export function bucketOfReservation(id: string): number | undefined {
  const bucket = Number.parseInt(id.slice(0, 2), 16);
  return id[14] === '8' && bucket < BUCKETS ? bucket : undefined;
}

/** The first id of a bucket, and the first that is beyond it: its reservations lie between. */
export function idsOf(bucket: number): { readonly from: string; readonly to: string } {
  const at = (first: number) => `${first.toString(16).padStart(2, '0')}000000-0000-0000-0000-000000000000`;
  return { from: at(bucket), to: at(bucket + 1) };
}
