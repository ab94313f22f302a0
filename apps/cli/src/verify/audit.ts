import type { Answer, Cancelled } from './acknowledged.ts';
import type { Ledger, LedgerReservation } from './ledger.ts';

export interface Audit {
  /** Reservations that buyers were told they have. */
  readonly acknowledged: number;
  /** Seats that more than one buyer has. */
  readonly soldTwice: number;
  /** Acknowledged reservations that the database does not hold as told. */
  readonly lost: number;
  /** Repeated idempotency keys that got another answer than the first time. */
  readonly wrongReplay: number;
  /** `holds`, `falls short`, or `void` when nobody was told anything. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  /** A few of each, in words. */
  readonly examples: readonly string[];
  /** All that are lost, in words. */
  readonly lostOnes: readonly string[];
}

const EXAMPLES = 5;

/**
 * Holds what buyers were told against what the database holds.
 *
 * A seat is sold twice when the table of sold seats has it more than once, or when two confirmed reservations
 * name it: each of two buyers then stands before the same seat. A reservation is lost when it was acknowledged and
 * is missing, is for other seats, or is cancelled although nobody cancelled it. A replay is wrong when one key was
 * answered with two different reservations, or refused here and sold there.
 */
export function audit(answers: readonly Answer[], cancelled: readonly Cancelled[], ledger: Ledger): Audit {
  const sold = answers.filter((answer) => answer.status !== 409);
  const twice = seatsSoldTwice(sold, ledger);
  const lost = lostReservations(sold, new Set(cancelled.map((each) => each.cancelled)), ledger);
  const replays = wrongReplays(answers);
  const ids = new Set(sold.map((answer) => answer.id));
  const faults = [twice, lost, replays];
  return {
    acknowledged: ids.size,
    soldTwice: twice.length,
    lost: lost.length,
    wrongReplay: replays.length,
    verdict: ids.size === 0 ? 'void' : faults.every((fault) => fault.length === 0) ? 'holds' : 'falls short',
    examples: faults.flatMap((fault) => fault.slice(0, EXAMPLES)),
    lostOnes: lost,
  };
}

function seatsSoldTwice(sold: readonly Answer[], ledger: Ledger): string[] {
  const holders = new Map<string, Set<string>>();
  const rows = new Map<string, number>();
  const hold = (showId: number, seat: number, reservation: string): void => {
    const key = `${showId}/${seat}`;
    holders.set(key, (holders.get(key) ?? new Set()).add(reservation));
  };
  for (const { showId, seat, reservationId } of ledger.seatsSold) {
    rows.set(`${showId}/${seat}`, (rows.get(`${showId}/${seat}`) ?? 0) + 1);
    hold(showId, seat, reservationId);
  }
  const confirmed = new Map<string, LedgerReservation>();
  for (const reservation of ledger.reservations) {
    if (reservation.status !== 'confirmed') continue;
    confirmed.set(reservation.id, reservation);
    for (const seat of reservation.seats) hold(reservation.showId, seat, reservation.id);
  }
  // What buyers were told counts too, for as long as the database agrees that they have bought.
  for (const answer of sold) {
    if (answer.id === null || !confirmed.has(answer.id)) continue;
    for (const seat of answer.seats) hold(answer.showId, seat, answer.id);
  }
  return [...holders].flatMap(([seat, reservations]) =>
    reservations.size > 1 || (rows.get(seat) ?? 0) > 1
      ? [`show/seat ${seat} was sold to ${[...reservations].join(' and ')}`]
      : [],
  );
}

function lostReservations(sold: readonly Answer[], cancelled: ReadonlySet<string>, ledger: Ledger): string[] {
  const held = new Map(ledger.reservations.map((reservation) => [reservation.id, reservation]));
  const lost = new Map<string, string>();
  for (const { id, key, showId, seats } of sold) {
    if (id === null) {
      lost.set(`key ${key}`, `key ${key} was sold seats under no reservation`);
      continue;
    }
    if (cancelled.has(id)) continue;
    const found = held.get(id);
    if (found === undefined) lost.set(id, `reservation ${id} (key ${key}) is not in the database`);
    else if (found.status !== 'confirmed')
      lost.set(id, `reservation ${id} is ${found.status}, and nobody cancelled it`);
    else if (found.showId !== showId || !sameSeats(found.seats, seats)) {
      lost.set(
        id,
        `reservation ${id} is for show ${found.showId}, seats ${found.seats}, told was ${showId}, ${seats}`,
      );
    }
  }
  return [...lost.values()];
}

function wrongReplays(answers: readonly Answer[]): string[] {
  const byKey = new Map<string, Answer[]>();
  for (const answer of answers) byKey.set(answer.key, [...(byKey.get(answer.key) ?? []), answer]);
  return [...byKey].flatMap(([key, all]) => {
    const told = new Set(all.map(({ status, id }) => (status === 409 ? 'refused' : String(id))));
    return told.size > 1 ? [`key ${key} was answered with ${[...told].join(' and ')}`] : [];
  });
}

function sameSeats(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((seat) => other.includes(seat));
}
