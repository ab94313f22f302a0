import type { Operation } from '../history/operation.ts';
import { mapFaults, type SeatsByShow, shownAsFree, shownAsSold } from './maps.ts';
import { cancellationsById } from './ownership.ts';
import type { Violation } from './violation.ts';

/** A write and the read that carries its token are in order, whatever their clocks say: they are one client's. */
const AFTER_MS = 0.5;

/** A write that gave a token, and the seats that it was about. */
interface Write {
  readonly write: Operation;
  readonly completedAt: number;
  readonly showId: number;
  readonly seats: readonly number[];
}

/**
 * P4: a read that carries a write's token sees this write, and what was acknowledged to any client before the write was sent.
 * Positions of different databases cannot be compared, so only reads of what the write was about are looked at.
 */
export function ownWritesAreSeen(history: readonly Operation[], seats: SeatsByShow): Violation[] {
  const { lastOfShow, ofClient } = writesByToken(history);
  const cancelling = cancellationsById(history);
  return history.flatMap((read) => {
    if (read.after === null) return [];
    const own = ofClient
      .get(`${read.after} ${read.process}`)
      ?.findLast(({ completedAt }) => completedAt <= read.invokedAt);
    if (read.op === 'find')
      return own === undefined ? [] : foundFaults(read, own.write, cancelling.get(read.id ?? '')?.from);
    const last = lastOfShow.get(`${read.after} ${read.showId}`);
    if (last === undefined) return [];
    // Two writes with nothing between them give the same token, and the later one may be still to come.
    const since = Math.min(last.write.invokedAt, read.invokedAt);
    return [
      ...mapFaults(read, seats, { ...expectedAfter(last.write), since }),
      ...(own === undefined ? [] : ownFaults(read, own, seats)),
    ];
  });
}

function writesByToken(history: readonly Operation[]) {
  const about = new Map<string, Operation>();
  for (const one of history) if (one.op === 'reserve' && one.id !== null) about.set(one.id, one);
  const lastOfShow = new Map<string, Write>();
  const ofClient = new Map<string, Write[]>();
  for (const write of history) {
    const { position, completedAt, outcome, process } = write;
    if (outcome !== 'ok' || position === null || completedAt === null) continue;
    const { showId, seats } = about.get(write.id ?? '') ?? write;
    const one = { write, completedAt, showId, seats };
    const last = lastOfShow.get(`${position} ${showId}`);
    if (last === undefined || last.write.invokedAt < write.invokedAt)
      lastOfShow.set(`${position} ${showId}`, one);
    const known = ofClient.get(`${position} ${process}`);
    if (known === undefined) ofClient.set(`${position} ${process}`, [one]);
    else known.push(one);
  }
  return { lastOfShow, ofClient };
}

function expectedAfter(write: Operation) {
  const what = write.op === 'cancel' ? 'the cancellation of' : 'the purchase of';
  return {
    promise: 'P4',
    words: `although the read carried the token of ${what} ${write.id}`,
    because: [write],
  } as const;
}

/** The seats of the write itself, in a map. */
function ownFaults(
  map: Operation,
  { write, completedAt, showId, seats }: Write,
  all: SeatsByShow,
): Violation[] {
  const until = map.completedAt;
  if (showId !== map.showId || map.op !== 'seat-map' || map.outcome !== 'ok' || until === null) return [];
  const since = completedAt + AFTER_MS;
  const expected = { ...expectedAfter(write), since };
  return seats.flatMap((seat) => {
    const times = all.get(showId)?.get(seat);
    const shown = map.seats.includes(seat);
    const owner = times?.certainOwner(since, until);
    if (write.op === 'reserve' && !shown && owner !== undefined && owner.id === write.id)
      // Sold before the write was sent, it is reported already.
      return owner.soldBy < Math.min(write.invokedAt, map.invokedAt)
        ? []
        : [shownAsFree(map, seat, owner, expected)];
    const free = write.op === 'cancel' && shown && times?.possibleOwner(since, until) === undefined;
    return free ? [shownAsSold(map, seat, expected)] : [];
  });
}

function foundFaults(read: Operation, write: Operation, cancelledFrom: number | undefined): Violation[] {
  if (read.id === null || read.id !== write.id || read.completedAt === null) return [];
  const say = (what: string): Violation[] => [
    { promise: 'P4', what: `${read.process} was told that ${what}`, operations: [write, read] },
  ];
  if (read.status === 404) return say(`reservation ${read.id} does not exist, right after it was written`);
  if (read.outcome !== 'ok') return [];
  if (write.op === 'cancel' && read.state === 'confirmed')
    return say(`reservation ${read.id} is confirmed, right after it was cancelled`);
  const stands = write.op === 'reserve' && write.state !== 'cancelled';
  if (stands && read.state === 'cancelled' && (cancelledFrom ?? Number.POSITIVE_INFINITY) > read.completedAt)
    return say(`reservation ${read.id} is cancelled, and no client had asked for that`);
  return [];
}
