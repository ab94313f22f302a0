import type { SeatChange } from '../ports.ts';

export interface Subscriber {
  readonly change: (change: SeatChange) => void;
  readonly missed: (() => void) | undefined;
}

/** The listeners of one process, by show. */
export function subscriptions() {
  const byShow = new Map<number, Set<Subscriber>>();
  return {
    /** Returns the function that ends the subscription. */
    add(showId: number, subscriber: Subscriber): () => void {
      const subscribers = byShow.get(showId) ?? new Set();
      byShow.set(showId, subscribers.add(subscriber));
      return () => {
        subscribers.delete(subscriber);
        if (subscribers.size === 0 && byShow.get(showId) === subscribers) byShow.delete(showId);
      };
    },
    /** Shows that have a listener. */
    shows: (): number[] => [...byShow.keys()],
    has: (showId: number): boolean => byShow.has(showId),
    tell(change: SeatChange): void {
      for (const subscriber of byShow.get(change.showId) ?? []) subscriber.change(change);
    },
    /** Tells all that they may have missed something. */
    missed(): void {
      for (const subscribers of byShow.values()) for (const { missed } of subscribers) missed?.();
    },
  };
}
