import cluster from 'node:cluster';
import type { SeatChange, SeatFeed } from '../ports.ts';
import type { SeatTruth } from './seat-truth.ts';
import { watched } from './watched.ts';

/** What a clone tells the others through the process that started them (`cluster/primary.ts` passes it on). */
export interface FeedMessage {
  readonly kind: 'seat-change';
  readonly change: SeatChange;
}

/**
 * Reaches every client of this box, also those of its other clones. Other boxes hear nothing. `truth` is asked for what
 * was sold without an announcement, by a clone that was killed for example.
 */
export function localFeed(truth: SeatTruth): SeatFeed {
  const { tell, subscribe } = watched(truth);
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
