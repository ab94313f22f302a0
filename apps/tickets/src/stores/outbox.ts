import type { Store } from '../ports.ts';
import { type PostgresStore, reserveOutcome, reserveValues } from './postgres.ts';
import { reserveToOutbox } from './sql.ts';

/**
 * A store that writes down an event with each sale, in the sale's own transaction: both are there or neither is. What
 * follows a sale (ticket, mail, figures) is then somebody else's work, who reads the events later (apps/worker).
 */
export function outbox(store: PostgresStore): PostgresStore {
  const reservations: Store['reservations'] = {
    ...store.reservations,
    reserve: async (request) =>
      reserveOutcome(await store.pool.text(reserveToOutbox, reserveValues(request))),
  };
  return { ...store, reservations };
}
