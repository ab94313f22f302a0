import type { SeatChange, SeatFeed } from '../ports.ts';

interface Subscriber {
  readonly change: (change: SeatChange) => void;
  readonly missed: (() => void) | undefined;
}

/** The listeners of one process, by show. */
export function subscriptions() {
  const byShow = new Map<number, Set<Subscriber>>();
  const subscribe: SeatFeed['subscribe'] = (showId, change, missed) => {
    const subscriber = { change, missed };
    const subscribers = byShow.get(showId) ?? new Set();
    byShow.set(showId, subscribers.add(subscriber));
    return () => {
      subscribers.delete(subscriber);
      if (subscribers.size === 0 && byShow.get(showId) === subscribers) byShow.delete(showId);
    };
  };
  return {
    subscribe,
    tell(change: SeatChange): void {
      for (const subscriber of byShow.get(change.showId) ?? []) subscriber.change(change);
    },
    /** Tells all that they may have missed something. */
    missed(): void {
      for (const subscribers of byShow.values()) for (const { missed } of subscribers) missed?.();
    },
  };
}
