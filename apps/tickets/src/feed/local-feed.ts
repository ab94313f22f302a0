import cluster from 'node:cluster';
import type { SeatChange, SeatFeed } from '../ports.ts';
import { subscriptions } from './subscriptions.ts';

/** What a clone tells the others through the process that started them (`cluster/primary.ts` passes it on). */
export interface FeedMessage {
  readonly kind: 'seat-change';
  readonly change: SeatChange;
}

/** Reaches every client of this box, also those of its other clones. Other boxes hear nothing. */
export function localFeed(): SeatFeed {
  const { tell, subscribe } = subscriptions();
  if (cluster.isWorker) {
    process.on('message', (message: Partial<FeedMessage>) => {
      if (message.kind === 'seat-change' && message.change !== undefined) tell(message.change);
    });
  }
  return {
    subscribe,
    async publish(change) {
      tell(change);
      const message: FeedMessage = { kind: 'seat-change', change };
      if (cluster.isWorker && process.connected) process.send?.(message);
    },
  };
}
