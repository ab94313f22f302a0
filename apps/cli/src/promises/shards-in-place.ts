import type { Violation } from './violation.ts';

/** What of the shards is not where the map says, in words; the first of them. */
export interface ShardFindings {
  readonly misplaced: number;
  readonly disputed: number;
  readonly planless: number;
  readonly examples: readonly string[];
}

/** P10: every row is on the shard that the map names, and on no other; every bucket and every show's seats have one. */
export function shardsInPlace({ misplaced, disputed, planless, examples }: ShardFindings): Violation[] {
  const total = misplaced + disputed + planless;
  const said =
    total > 0 && examples.length === 0 ? [`${total} rows, buckets or shows are out of place`] : examples;
  return said.map((what) => ({ promise: 'P10', what, operations: [] }));
}
