import { randomUUID } from 'node:crypto';
import type { JsonText, Reservation, ReserveOutcome, Store } from '../ports.ts';
import type { Pool, Statement } from './pool.ts';
import * as sql from './sql.ts';

/** A store on one Postgres; by its pool one learns how far it has written or, as a replica, replayed. */
export interface PostgresStore extends Store {
  readonly pool: Pool;
}

/** The shop in one Postgres database. */
export function postgres(pool: Pool): PostgresStore {
  const json = (statement: Statement, ...values: unknown[]) =>
    pool.text(statement, values) as Promise<JsonText | null>;

  return {
    pool,
    shows: {
      list: async () => (await json(sql.listShows)) ?? ('[]' as JsonText),
      find: (id) => json(sql.findShow, id),
    },
    reservations: {
      seatMap: (showId) => json(sql.seatMap, showId),
      async reserve({ showId, seats, name, email, ticket, idempotencyKey }) {
        const values = [randomUUID(), showId, seats, name, email, idempotencyKey, ticket];
        return outcomeOf(JSON.parse((await pool.text(sql.reserve, values)) ?? 'null'));
      },
      async cancel(id) {
        const cancelled = await json(sql.cancel, id);
        return cancelled === null
          ? { kind: 'not-found' }
          : (JSON.parse(cancelled) as { kind: 'cancelled'; reservation: Reservation; freed: boolean });
      },
      async find(id) {
        const found = await json(sql.findReservation, id);
        return found === null ? null : (JSON.parse(found) as Reservation);
      },
    },
  };
}

type Decided = Exclude<ReserveOutcome, { kind: 'reserved' }> | { kind: 'reserved'; reservation: Reservation };
type Answer = { readonly replayed: boolean; readonly first: Decided } | Decided;

function outcomeOf(answer: Answer): ReserveOutcome {
  if (!('first' in answer)) return answer as Exclude<ReserveOutcome, { kind: 'reserved' }>;
  const { first, replayed } = answer;
  return first.kind === 'reserved' ? { ...first, replayed } : first;
}
