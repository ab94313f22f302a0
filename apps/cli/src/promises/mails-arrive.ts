import type { Operation } from '../history/operation.ts';
import { purchasesByKey } from './by-key.ts';
import type { FinalState, HeldReservation } from './final-state.ts';
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
  /** How many tickets each reservation got, of all that ever came. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many notices of its cancellation. */
  readonly notices: ReadonlyMap<string, number>;
  /** The mail box knows of all that came since; milliseconds since 1970. */
  readonly since: number;
  /** The latest of them. */
  readonly contents: readonly ArrivedMail[];
  /** Titles of the shows by their numbers. */
  readonly titles: ReadonlyMap<number, string>;
}

/** Reservations whose tickets are to be mailed: confirmed ones, whether or not their buyers know of them. */
export function toBeMailed({ reservations }: FinalState): readonly HeldReservation[] {
  return reservations.filter(({ ticket, status }) => ticket === 'mail' && status === 'confirmed');
}

/** P7, where a queue delivers: each ticket that is to be mailed arrived. */
export function ticketsArrived(state: FinalState, { counts }: ArrivedMails): Violation[] {
  return toBeMailed(state)
    .filter(({ id }) => !counts.has(id))
    .map(({ id }) => violation(`reservation ${id} got no mail`));
}

/** Why a ticket did not arrive where the app mails while its buyer waits. */
export interface Unmailed {
  /** Its buyer was told that it is owed: the next request with the key mails it. */
  readonly owed: readonly string[];
  /** It was first asked for before the mail box started, which knows nothing of earlier mails. */
  readonly forgotten: readonly string[];
  /** P7: its buyer was not told that it is owed. */
  readonly violations: readonly Violation[];
}

/** Sorts the tickets that did not arrive by what the last answer to their purchase said of them. */
export function unmailed(
  history: readonly Operation[],
  state: FinalState,
  { counts, since }: ArrivedMails,
): Unmailed {
  const last = new Map<string, Operation>();
  for (const one of history)
    if (one.op === 'reserve' && one.outcome === 'ok' && one.id !== null && one.state === 'confirmed')
      last.set(one.id, one);
  const purchases = purchasesByKey(history);
  const owed: string[] = [];
  const forgotten: string[] = [];
  const violations: Violation[] = [];
  for (const { id } of toBeMailed(state)) {
    const answer = last.get(id);
    if (counts.has(id) || answer === undefined) continue;
    // A request whose answer was lost may have mailed the ticket, too.
    const [first = answer] = purchases.get(answer.key ?? '') ?? [];
    if (answer.mailOwed) owed.push(id);
    else if (first.invokedAt < since) forgotten.push(id);
    else {
      const what = `reservation ${id} got no mail, and its buyer was not told that it is owed`;
      violations.push({ promise: 'P7', what, operations: [answer] });
    }
  }
  return { owed, forgotten, violations };
}

/** P7: none arrived twice. */
export function arrivedOnce({ counts }: ArrivedMails): Violation[] {
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => violation(`reservation ${id} got ${count} mails`));
}

/** P7: no ticket is mailed to a buyer who collects it. */
export function collectedIsNotMailed({ reservations }: FinalState, { counts }: ArrivedMails): Violation[] {
  return reservations
    .filter(({ id, ticket }) => ticket === 'box-office' && counts.has(id))
    .map(({ id }) => violation(`reservation ${id} got a mail, and its buyer collects the ticket`));
}

/**
 * P7: each mail is for a reservation that there is, goes to its buyer alone, and brings the ticket of its show and its seats.
 * Of reservations that P1 reports as lost nothing is said here, and of mails from before the history neither: what they were
 * for may have been emptied. `mayBeLost`: sales may be gone that were never acknowledged, and had their mails.
 */
export function mailsAreRight(
  history: readonly Operation[],
  state: FinalState,
  { contents, titles }: ArrivedMails,
  mayBeLost = false,
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
    if (reservation === undefined && id !== null && mayBeLost) return [];
    if (reservation === undefined)
      return [violation(`${mail.to.join(', ')} got a mail for reservation ${id}, which does not exist`)];
    return differences(mail, reservation, titles.get(reservation.showId)).map((what) =>
      violation(`the mail of reservation ${id} ${what}`),
    );
  });
}

/**
 * P7, where cancellations are mailed: a buyer who has the ticket of a cancelled reservation has a notice that it is void, and
 * no other buyer has one.
 */
export function noticesMatch({ reservations }: FinalState, { counts, notices }: ArrivedMails): Violation[] {
  return reservations.flatMap(({ id, status }) => {
    const isVoid = status === 'cancelled' && counts.has(id);
    const count = notices.get(id) ?? 0;
    if (count > 1) return [violation(`reservation ${id} got ${count} notices of its cancellation`)];
    if (isVoid === count > 0) return [];
    if (isVoid)
      return [violation(`reservation ${id} is cancelled and got a ticket, and no notice that it is void`)];
    const why = status === 'cancelled' ? 'got no ticket' : 'is confirmed';
    return [violation(`reservation ${id} ${why}, and its buyer got a notice that the ticket is void`)];
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
