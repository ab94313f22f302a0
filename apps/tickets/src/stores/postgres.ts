import { randomUUID } from 'node:crypto';
import type {
  CancelOutcome,
  JsonText,
  Reservation,
  ReservationRequest,
  ReserveOutcome,
  Store,
} from '../ports.ts';
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
      reserve: async (request) => reserveOutcome(await pool.text(sql.reserve, reserveValues(request))),
      cancel: async (id) => cancelOutcome(await json(sql.cancel, id)),
      async find(id) {
        const found = await json(sql.findReservation, id);
        return found === null ? null : (JSON.parse(found) as Reservation);
      },
    },
  };
}

type First = Exclude<ReserveOutcome, { kind: 'reserved' }> | { kind: 'reserved'; reservation: Reservation };
type Answer = { readonly replayed: boolean; readonly first: First } | First;

/** The values of `sql.reserve`, the reservation's new id among them. */
export function reserveValues(request: ReservationRequest): readonly unknown[] {
  const { showId, seats, name, email, ticket, idempotencyKey } = request;
  return [randomUUID(), showId, seats, name, email, idempotencyKey, ticket];
}

/** What `sql.reserve` answered. */
export function reserveOutcome(json: string | null): ReserveOutcome {
  const answer = JSON.parse(json ?? 'null') as Answer;
  if (!('first' in answer)) return answer as Exclude<ReserveOutcome, { kind: 'reserved' }>;
  const { first, replayed } = answer;
  return first.kind === 'reserved' ? { ...first, replayed } : first;
}

/** What `sql.cancel` answered. */
export function cancelOutcome(json: string | null): CancelOutcome {
  return json === null
    ? { kind: 'not-found' }
    : (JSON.parse(json) as { kind: 'cancelled'; reservation: Reservation; freed: boolean });
}
