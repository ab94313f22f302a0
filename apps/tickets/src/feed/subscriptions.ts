import type { SeatChange } from '../ports.ts';

type Listener = (change: SeatChange) => void;

/** The listeners of one process, by show. */
export function subscriptions() {
  const byShow = new Map<number, Set<Listener>>();
  return {
    tell(change: SeatChange): void {
      for (const listener of byShow.get(change.showId) ?? []) listener(change);
    },
    subscribe(showId: number, listener: Listener): () => void {
      const listeners = byShow.get(showId) ?? new Set();
      byShow.set(showId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byShow.get(showId) === listeners) byShow.delete(showId);
      };
    },
  };
}
