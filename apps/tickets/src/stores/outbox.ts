import type { Store } from '../ports.ts';
import { forgetKeys } from './forget-keys.ts';
import { cancelOutcome, type PostgresStore, reserveOutcome, reserveValues } from './postgres.ts';
import { cancelToOutbox, reserveToOutbox } from './sql.ts';

/**
 * A store that writes down an event with each sale and with each cancellation, in its own transaction: both are there or
 * neither is. What follows (ticket, mail, figures) is then somebody else's work, who reads the events later (apps/worker).
 */
export function outbox(store: PostgresStore): PostgresStore {
  const reservations: Store['reservations'] = {
    ...store.reservations,
    async reserve(request) {
      forgetKeys(store.pool);
      return reserveOutcome(await store.pool.text(reserveToOutbox, reserveValues(request)));
    },
    cancel: async (id, token) => cancelOutcome(await store.pool.text(cancelToOutbox, [id, token])),
  };
  // Whoever reads the events mails the tickets.
  const { mails: _, ...others } = store;
  return { ...others, reservations };
}
