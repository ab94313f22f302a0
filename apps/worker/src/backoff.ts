import { stuckSince } from './metrics.ts';

const PAUSE_MS = { first: 250, most: 5000 };

/** How long the partitions of a group, of which the first message failed, are left alone. */
export function backoff(group: string) {
  const pauses = new Map<number, number>();
  const key = (partition: number) => `${group}/${partition}`;
  return {
    /** An attempt failed. Returns for how long to wait, in milliseconds: each time twice as long, up to 5 s. */
    failed(partition: number): number {
      const pause = pauses.get(partition) ?? PAUSE_MS.first;
      pauses.set(partition, Math.min(pause * 2, PAUSE_MS.most));
      if (!stuckSince.has(key(partition))) stuckSince.set(key(partition), performance.now());
      return pause;
    },
    went(partition: number): void {
      pauses.delete(partition);
      stuckSince.delete(key(partition));
    },
    /** The partitions may be another member's from now on. */
    reset(): void {
      for (const partition of pauses.keys()) stuckSince.delete(key(partition));
      pauses.clear();
    },
  };
}
