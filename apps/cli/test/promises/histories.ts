import { type Operation, operation } from '../../src/history/operation.ts';
import type { FinalState, HeldReservation } from '../../src/promises/final-state.ts';

/** A purchase of seats of show 1 that was sold at once. Its key is `key-ID`. */
export function bought(id: string, seats: readonly number[], more: Partial<Operation> = {}): Operation {
  const key = more.key ?? `key-${id}`;
  return reserve({ id, seats: [...seats], state: 'confirmed', ...more, key });
}

/** A purchase that was answered within 10 ms; sold, unless `more` says otherwise. */
export function reserve(more: Partial<Operation> & { key: string }): Operation {
  const invokedAt = more.invokedAt ?? 1000;
  return operation.parse({
    process: 'client-1',
    op: 'reserve',
    invokedAt,
    completedAt: invokedAt + 10,
    outcome: 'ok',
    status: 201,
    showId: 1,
    seats: [1],
    ticket: 'box-office',
    email: 'ada@example.com',
    ...more,
  });
}

/** A cancellation that was done and answered within 10 ms, unless `more` says otherwise. */
export function cancel(id: string, more: Partial<Operation> = {}): Operation {
  const invokedAt = more.invokedAt ?? 1000;
  return operation.parse({
    process: 'client-1',
    op: 'cancel',
    id,
    invokedAt,
    completedAt: invokedAt + 10,
    outcome: 'ok',
    status: 200,
    state: 'cancelled',
    ...more,
  });
}

/** A seat map of show 1 that shows these seats as sold. */
export function seatMap(sold: readonly number[], more: Partial<Operation> = {}): Operation {
  return read({ op: 'seat-map', showId: 1, seats: [...sold], ...more });
}

/** A reservation that was looked up. */
export function found(id: string, state: Operation['state'], more: Partial<Operation> = {}): Operation {
  return read({ op: 'find', id, state, ...more });
}

function read(more: Partial<Operation>): Operation {
  const invokedAt = more.invokedAt ?? 1000;
  return operation.parse({
    process: 'client-1',
    invokedAt,
    completedAt: invokedAt + 10,
    outcome: 'ok',
    status: 200,
    ...more,
  });
}

/** A reservation as the database holds it. Its key is `key-ID`. */
export function held(
  id: string,
  seats: readonly number[],
  more: Partial<HeldReservation> = {},
): HeldReservation {
  return {
    id,
    showId: 1,
    seats: [...seats],
    status: 'confirmed',
    email: 'ada@example.com',
    ticket: 'box-office',
    idempotencyKey: `key-${id}`,
    ...more,
  };
}

/** A database whose table of sold seats agrees with its reservations. */
export function database(...reservations: readonly HeldReservation[]): FinalState {
  const seatsSold = reservations
    .filter(({ status }) => status === 'confirmed')
    .flatMap(({ id, showId, seats }) => seats.map((seat) => ({ showId, seat, reservationId: id })));
  return { reservations: [...reservations], seatsSold };
}
