import { log } from '../log.ts';
import { countFound, countMissed, feedCheckedAgo } from '../metrics.ts';
import type { SeatChange } from '../ports.ts';
import type { SeatState, SeatTruth } from './seat-truth.ts';
import { type Subscriber, subscriptions } from './subscriptions.ts';

/**
 * While somebody watches, the database is asked this often what changed. It is the bound of promise P7: a change that
 * nobody announced (the app was killed after its commit, the message was lost) and one that was announced in the wrong
 * order is put right on every open stream this long after the commit, and as long as the database takes to answer. While
 * an instance cannot ask, its streams hear what is announced, and the rest as soon as it can ask again.
 */
export const CHECK_EVERY_MS = 1000;
/** Longer than any seat map lags (`STALENESS.ever` in `cache/lifetimes.ts`): whoever has just loaded one is told what it may lack. */
const RECENT_MS = 10_000;

interface Told {
  readonly sold: boolean;
  readonly at: number;
  /** By the database, and so far by nobody else. */
  readonly found: boolean;
}

export type Watched = ReturnType<typeof watched>;

/**
 * The subscribers of one process, and what keeps them right whatever becomes of the announcements: `truth` is asked again
 * and again while there are subscribers. What it says differently from what they were last told, they are told.
 */
export function watched(truth: SeatTruth) {
  const subscribers = subscriptions();
  /** By show and seat, what was told last, within RECENT_MS. */
  const recent = new Map<number, Map<number, Told>>();
  let checking: NodeJS.Timeout | undefined;
  let asking = false;
  let checkedAt = 0;
  let tidiedAt = 0;

  function note({ showId, seats, sold }: SeatChange, found: boolean): void {
    const at = performance.now();
    if (at - tidiedAt > CHECK_EVERY_MS) forgetOld();
    const ofShow = recent.get(showId) ?? new Map<number, Told>();
    recent.set(showId, ofShow);
    for (const seat of seats) ofShow.set(seat, { sold, at, found });
  }

  function tell(change: SeatChange): void {
    const ofShow = recent.get(change.showId);
    const known = (seat: number) => {
      const told = ofShow?.get(seat);
      return told?.found === true && told.sold === change.sold;
    };
    // The database was faster than the announcement.
    const isNews = !change.seats.every(known);
    note(change, false);
    if (!subscribers.has(change.showId)) return;
    truth.told(change.showId, change.seats);
    if (isNews) subscribers.tell(change);
  }

  function missed(): void {
    for (const [showId, ofShow] of recent) {
      for (const [seat, told] of ofShow) ofShow.set(seat, { ...told, found: false });
      if (subscribers.has(showId)) truth.told(showId, [...ofShow.keys()]);
    }
    countMissed();
    subscribers.missed();
  }

  async function check(): Promise<void> {
    if (asking) return;
    asking = true;
    const started = performance.now();
    try {
      const { seats, gap, whole } = await truth.examine(subscribers.shows());
      if (gap) missed();
      for (const change of changesOf(seats.filter(differs(started)))) {
        note(change, true);
        countFound(change.seats.length);
        subscribers.tell(change);
      }
      if (whole) checkedAt = performance.now();
    } catch (error) {
      log.debug({ err: error }, 'the database does not say which seats changed');
    } finally {
      asking = false;
    }
  }

  /** What was told after the question is in the next one. */
  function differs(started: number) {
    return ([showId, seat, sold]: SeatState) => {
      const told = recent.get(showId)?.get(seat);
      return told === undefined || (told.at < started && told.sold !== sold);
    };
  }

  function forgetOld(): void {
    tidiedAt = performance.now();
    const oldest = tidiedAt - RECENT_MS;
    for (const [showId, ofShow] of recent) {
      for (const [seat, { at }] of ofShow) if (at < oldest) ofShow.delete(seat);
      if (ofShow.size === 0) recent.delete(showId);
    }
  }

  function begin(): void {
    checkedAt = performance.now();
    feedCheckedAgo(() => performance.now() - checkedAt);
    checking = setInterval(() => void check(), CHECK_EVERY_MS).unref();
  }

  function end(): void {
    clearInterval(checking);
    checking = undefined;
    truth.rest();
    feedCheckedAgo(undefined);
  }

  /** Tells a new subscriber what changed within the last seconds: the map that it loads may be older. */
  function catchUp(showId: number, change: Subscriber['change']): void {
    forgetOld();
    const ofShow = recent.get(showId) ?? new Map<number, Told>();
    const states = [...ofShow].map(([seat, { sold }]): SeatState => [showId, seat, sold]);
    for (const known of changesOf(states)) change(known);
  }

  return {
    tell,
    missed,
    subscribe(showId: number, change: Subscriber['change'], whenMissed?: () => void): () => void {
      catchUp(showId, change);
      if (!subscribers.has(showId)) {
        truth.opened(showId);
        truth.told(showId, [...(recent.get(showId)?.keys() ?? [])]);
      }
      const remove = subscribers.add(showId, { change, missed: whenMissed });
      if (checking === undefined) begin();
      return () => {
        remove();
        if (subscribers.shows().length === 0) end();
      };
    },
  };
}

/** One change for each show and each direction. */
function changesOf(states: readonly SeatState[]): SeatChange[] {
  const changes = new Map<string, { showId: number; seats: number[]; sold: boolean }>();
  for (const [showId, seat, sold] of states) {
    const key = `${showId} ${sold}`;
    const change = changes.get(key) ?? { showId, seats: [], sold };
    changes.set(key, change);
    change.seats.push(seat);
  }
  return [...changes.values()];
}
