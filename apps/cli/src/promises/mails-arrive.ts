import type { Operation } from '../history/operation.ts';
import type { FinalState, HeldReservation } from './final-state.ts';
import { cancellationsById } from './ownership.ts';
import type { Violation } from './violation.ts';

/** A mail as the mail box has it. */
export interface ArrivedMail {
  /** Its X-Reservation. */
  readonly reservation: string | null;
  /** Addresses. */
  readonly to: readonly string[];
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** The title of the show in its subject; null: it brings no ticket. */
  readonly show: string | null;
  /** Seats on the attached ticket; null: no ticket is attached that can be read. */
  readonly seats: readonly number[] | null;
}

export interface ArrivedMails {
  /** How many mails each reservation got, of all that ever came. */
  readonly counts: ReadonlyMap<string, number>;
  /** The latest of them. */
  readonly contents: readonly ArrivedMail[];
  /** Titles of the shows by their numbers. */
  readonly titles: ReadonlyMap<number, string>;
}

/** Reservations whose tickets are to be mailed: confirmed ones, whether or not their buyers know of them. */
function toBeMailed({ reservations }: FinalState): readonly HeldReservation[] {
  return reservations.filter(({ ticket, status }) => ticket === 'mail' && status === 'confirmed');
}

/** P7: each mailed ticket arrived. */
export function ticketsArrived(state: FinalState, { counts }: ArrivedMails): Violation[] {
  return toBeMailed(state)
    .filter(({ id }) => !counts.has(id))
    .map(({ id }) => violation(`reservation ${id} got no mail`));
}

/** P7: none arrived twice. */
export function arrivedOnce({ counts }: ArrivedMails): Violation[] {
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => violation(`reservation ${id} got ${count} mails`));
}

/**
 * P7: each mail is for a reservation that there is, goes to its buyer alone, and brings the ticket of its show and its seats.
 * Of reservations that P1 reports as lost nothing is said here. `since`: earlier mails may be for what was given back.
 */
export function mailsAreRight(
  history: readonly Operation[],
  state: FinalState,
  { contents, titles }: ArrivedMails,
): Violation[] {
  const held = new Map(state.reservations.map((one) => [one.id, one]));
  const acknowledged = new Set(history.map(({ id }) => id));
  const since = history.reduce(
    (first, { invokedAt }) => Math.min(first, invokedAt),
    Number.POSITIVE_INFINITY,
  );
  return contents.flatMap((mail) => {
    const { reservation: id } = mail;
    if (mail.receivedAt < since || (id !== null && acknowledged.has(id) && !held.has(id))) return [];
    const reservation = id === null ? undefined : held.get(id);
    if (reservation === undefined)
      return [violation(`${mail.to.join(', ')} got a mail for reservation ${id}, which does not exist`)];
    return differences(mail, reservation, titles.get(reservation.showId)).map((what) =>
      violation(`the mail of reservation ${id} ${what}`),
    );
  });
}

/**
 * P7: no ticket is mailed for a reservation whose cancellation was acknowledged so many milliseconds before: by then what was
 * on its way has arrived.
 */
export function cancelledGetNoTicket(
  history: readonly Operation[],
  { contents }: ArrivedMails,
  onItsWayMs: number,
): Violation[] {
  const cancelling = cancellationsById(history);
  return contents.flatMap(({ reservation, receivedAt, show }) => {
    const cancelled = cancelling.get(reservation ?? '');
    if (cancelled === undefined || show === null || receivedAt <= cancelled.by + onItsWayMs) return [];
    const seconds = ((receivedAt - cancelled.by) / 1000).toFixed(1);
    return [
      {
        promise: 'P7',
        what: `reservation ${reservation} got its ticket ${seconds} s after it was cancelled`,
        operations: [cancelled.first],
      },
    ];
  });
}

function differences(mail: ArrivedMail, reservation: HeldReservation, title: string | undefined): string[] {
  if (mail.show === null) return [];
  const right = mail.to.length === 1 && mail.to[0]?.toLowerCase() === reservation.email.toLowerCase();
  const seats = [...reservation.seats].sort((a, b) => a - b).join(', ');
  const mailed = mail.seats === null ? null : [...mail.seats].sort((a, b) => a - b).join(', ');
  return [
    ...(right ? [] : [`went to ${mail.to.join(', ')} and not to ${reservation.email}`]),
    ...(title === undefined || title === mail.show
      ? []
      : [`is for ${mail.show}, and its buyer chose ${title}`]),
    ...(mailed === null ? ['has no ticket attached'] : []),
    ...(mailed === null || mailed === seats
      ? []
      : [`has a ticket for seats ${mailed}, and ${seats} were sold`]),
  ];
}

function violation(what: string): Violation {
  return { promise: 'P7', what, operations: [] };
}
