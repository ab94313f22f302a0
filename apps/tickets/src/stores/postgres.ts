import { randomUUID } from 'node:crypto';
import type {
  CancelOutcome,
  JsonText,
  MailClaim,
  Reservation,
  ReservationRequest,
  ReserveOutcome,
  Store,
} from '../ports.ts';
import { forgetKeys } from './forget-keys.ts';
import { claimOf, type MailState, mailsIn } from './mails.ts';
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
    mails: mailsIn(pool),
    shows: {
      list: async () => (await json(sql.listShows)) ?? ('[]' as JsonText),
      find: (id) => json(sql.findShow, id),
    },
    reservations: {
      seatMap: (showId) => json(sql.seatMap, showId),
      async reserve(request) {
        const { statement, values, outcome } = purchaseToDeliver(request);
        forgetKeys(pool);
        return outcome(await pool.text(statement, values));
      },
      cancel: async (id, token) => cancelOutcome(await json(sql.cancel, id, token)),
      async find(id) {
        const found = await json(sql.findReservation, id);
        return found === null ? null : (JSON.parse(found) as Reservation);
      },
    },
  };
}

type First = Exclude<ReserveOutcome, { kind: 'reserved' }> | { kind: 'reserved'; reservation: Reservation };
type Answer = { readonly replayed: boolean; readonly first: First; readonly mail?: MailState } | First;

/** A purchase as its database is asked for it, and how the answer is read. */
export interface Purchase {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  outcome(json: string | null): ReserveOutcome;
}

/** A purchase whose ticket the app mails itself. One without a mail pays nothing for the note of those that are owed. */
export function purchaseToDeliver(request: ReservationRequest): Purchase {
  const values = reserveValues(request);
  const asked = performance.now();
  return {
    statement: request.ticket === 'mail' ? sql.reserveToDeliver : sql.reserve,
    values,
    outcome: (json) => reserveOutcome(json, (state) => claimOf(state, String(values[0]), asked)),
  };
}

/** The values of `sql.reserve`, the reservation's new id among them. */
export function reserveValues(request: ReservationRequest): readonly unknown[] {
  const { showId, seats, name, email, ticket, idempotencyKey } = request;
  return [randomUUID(), showId, seats, name, email, idempotencyKey, ticket];
}

/** What `sql.reserve` answered; `claim`: what is to be done about its mail. */
export function reserveOutcome(
  json: string | null,
  claim: (state: MailState | undefined) => MailClaim | null = () => null,
): ReserveOutcome {
  const answer = JSON.parse(json ?? 'null') as Answer;
  if (!('first' in answer)) return answer as Exclude<ReserveOutcome, { kind: 'reserved' }>;
  const { first, replayed } = answer;
  if (first.kind !== 'reserved') return first;
  const mail = claim(answer.mail);
  return mail === null ? { ...first, replayed } : { ...first, replayed, mail };
}

/** What `sql.cancel` answered. */
export function cancelOutcome(json: string | null): CancelOutcome {
  return json === null
    ? { kind: 'not-found' }
    : (JSON.parse(json) as { kind: 'cancelled'; reservation: Reservation; freed: boolean });
}
