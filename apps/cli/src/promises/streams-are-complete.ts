import type { StreamRecord } from '../history/stream.ts';
import type { FinalState } from './final-state.ts';
import type { Ownership } from './ownership.ts';
import type { Violation } from './violation.ts';

/**
 * P6: an event stream gets every change, or `missed`. Held against each stream that was heard long enough after a change was
 * acknowledged. Of a stream that was open to the end, the last word on each seat is what the database holds.
 *
 * @param toldBy when a stream must have told of a change, by the moment at which the change was acknowledged
 */
export function streamsAreComplete(
  streams: readonly StreamRecord[],
  owners: readonly Ownership[],
  state: FinalState,
  toldBy: (acknowledgedAt: number) => number,
): Violation[] {
  const changes = owners.flatMap(changesOf);
  return streams.flatMap((stream) => [
    ...changes
      .filter((change) => toldBy(change.by) <= stream.heardAt && isUntold(change, stream))
      .map((change) => untold(change, stream)),
    ...wrongAtEnd(stream, state),
  ]);
}

interface Change {
  readonly owner: Ownership;
  readonly sold: boolean;
  /** It was made after this, and before it was acknowledged. */
  readonly from: number;
  readonly by: number;
}

/** The changes of which it is certain that they were made, and when. */
function changesOf(owner: Ownership): Change[] {
  const { soldFrom, soldBy, freedFrom, freedBy } = owner;
  const changes = [
    { owner, sold: true, from: soldFrom, by: soldBy },
    { owner, sold: false, from: freedFrom, by: freedBy },
  ];
  return changes.filter(({ from, by }) => Number.isFinite(from) && Number.isFinite(by));
}

function isUntold({ owner, sold, from }: Change, stream: StreamRecord): boolean {
  if (owner.showId !== stream.showId || stream.openedAt >= from) return false;
  const since = stream.events.filter(({ at }) => at >= from);
  if (since.some(({ kind }) => kind === 'missed')) return false;
  return !owner.seats.every((seat) =>
    since.some((event) => event.kind === 'seats' && event.sold === sold && event.seats.includes(seat)),
  );
}

function untold({ owner, sold }: Change, { process, showId }: StreamRecord): Violation {
  const seats = owner.seats.map((seat) => `${showId}/${seat}`).join(', ');
  return {
    promise: 'P6',
    what: `the stream of ${process} was not told that show/seat ${seats} was ${sold ? 'sold' : 'freed'}, nor that it missed something`,
    operations: owner.operations,
  };
}

function wrongAtEnd(stream: StreamRecord, { seatsSold }: FinalState): Violation[] {
  if (stream.closedAt !== null) return [];
  const told = new Map<number, boolean>();
  for (const event of stream.events) {
    if (event.kind === 'missed') told.clear();
    else for (const seat of event.seats) told.set(seat, event.sold);
  }
  const sold = new Set(seatsSold.filter(({ showId }) => showId === stream.showId).map(({ seat }) => seat));
  const wrong = [...told].find(([seat, isSold]) => isSold !== sold.has(seat));
  if (wrong === undefined) return [];
  const [seat, isSold] = wrong;
  return [
    {
      promise: 'P6',
      what: `the stream of ${stream.process} was told last that show/seat ${stream.showId}/${seat} was ${isSold ? 'sold' : 'freed'}, and the database says otherwise`,
      operations: [],
    },
  ];
}
