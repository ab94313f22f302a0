import type { Operation } from '../../history/operation.ts';
import { type Asked, ask } from './ask.ts';
import { outcomeOf } from './outcome.ts';

/** What every client gets. */
export interface ClientParts {
  /** Its name in the history. */
  readonly process: string;
  /** Where it enters the shop, `http://localhost:8004`. */
  readonly site: string;
  /** The shows that it is interested in: few, so that clients meet. */
  readonly shows: readonly number[];
  readonly random: () => number;
  /** Where its operations are noted. */
  readonly history: Operation[];
  /** Aborts when the clients stop: what is under way is finished first. */
  readonly ended: AbortSignal;
  /** Aborts when the whole run is given up. */
  readonly signal: AbortSignal;
}

export type Purchase = Required<Pick<Operation, 'key' | 'showId' | 'seats' | 'ticket' | 'email'>>;

/** The requests that a client can send, each of them noted. */
export interface Requests {
  reserve(purchase: Purchase): Promise<Operation>;
  cancel(reservation: { readonly id: string; readonly showId: number }): Promise<Operation>;
  seatMap(showId: number, after: string | null): Promise<Operation>;
  find(
    reservation: { readonly id: string; readonly showId: number },
    after: string | null,
  ): Promise<Operation>;
}

/** Makes a key long enough for the shop, which takes none that could be guessed. */
export function keyEnd(random: () => number): string {
  return Math.floor(random() * 1e9)
    .toString(36)
    .padStart(10, '0');
}

/** A random number within bounds. */
export function between(
  random: () => number,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  return least + random() * (most - least);
}

const NOTHING = { key: null, seats: [], id: null, state: null, ticket: null, email: null, position: null };

/**
 * The management tokens of the reservations in a history, by id. Beside the history and not in it, so that what a run writes
 * to a disk opens nothing.
 */
const tokensOf = new WeakMap<ClientParts['history'], Map<string, string>>();

/** A client's requests. Each is one operation of the history. */
export function requestsOf({ process, site, history, signal }: ClientParts): Requests {
  const tokens = tokensOf.get(history) ?? new Map<string, string>();
  tokensOf.set(history, tokens);
  const managing = (id: string) => ({ authorization: `Bearer ${tokens.get(id)}` });

  /** An answer that was cut short on its way names no reservation: its client does not know what they have. */
  function ofReservation(body: unknown): Partial<Operation> {
    const { id, token, status } = (body ?? {}) as {
      id?: string;
      token?: string;
      status?: 'confirmed' | 'cancelled';
    };
    if (id === undefined || token === undefined) return { outcome: 'unknown' };
    tokens.set(id, token);
    return { id, state: status ?? null };
  }

  async function operation(
    asked: Asked,
    about: Pick<Operation, 'op' | 'showId'> & Partial<Operation>,
    read: (body: unknown) => Partial<Operation>,
  ): Promise<Operation> {
    const invokedAt = Date.now();
    const answer = await ask({ ...asked, url: `${site}${asked.url}` }, signal);
    const told = outcomeOf(answer);
    const done: Operation = {
      ...NOTHING,
      mailOwed: answer?.headers.get('x-ticket-mail') === 'owed',
      replayed: answer?.headers.get('idempotency-replayed') === 'true',
      after: null,
      side: '',
      process,
      invokedAt,
      completedAt: answer === null ? null : Date.now(),
      ...about,
      position: answer?.headers.get('x-read-after') ?? null,
      ageMs: Number(answer?.headers.get('x-data-age') ?? 0) * 1000,
      ...told,
      ...(told.outcome === 'ok' ? read(answer?.body) : {}),
    };
    history.push(done);
    return done;
  }

  return {
    async reserve({ key, showId, seats, ticket, email }) {
      const body = { showId, seats, ticket, email, name: process };
      const headers = { 'idempotency-key': key ?? '' };
      return await operation(
        { method: 'POST', url: '/reservations', headers, body },
        { op: 'reserve', key, showId, seats, ticket, email },
        ofReservation,
      );
    },
    async cancel({ id, showId }) {
      return await operation(
        { method: 'DELETE', url: `/reservations/${id}`, headers: managing(id) },
        { op: 'cancel', showId, id },
        ofReservation,
      );
    },
    async find({ id, showId }, after) {
      return await operation(
        { method: 'GET', url: `/reservations/${id}`, headers: { ...tokenHeader(after), ...managing(id) } },
        { op: 'find', showId, id, after },
        ofReservation,
      );
    },
    async seatMap(showId, after) {
      const headers = tokenHeader(after);
      return await operation(
        { method: 'GET', url: `/shows/${showId}/seats`, headers },
        { op: 'seat-map', showId, after },
        ofSeatMap,
      );
    },
  };
}

function tokenHeader(after: string | null): Record<string, string> {
  return after === null ? {} : { 'x-read-after': after };
}

function ofSeatMap(body: unknown): Partial<Operation> {
  const { seats } = (body ?? {}) as { seats?: readonly { seat: number; sold: boolean }[] };
  if (seats === undefined) return { outcome: 'unknown' };
  return { seats: seats.filter(({ sold }) => sold).map(({ seat }) => seat) };
}
