import { log } from '../log.ts';
import { countFound, countMissed, feedCheckedAgo } from '../metrics.ts';
import type { SeatChange } from '../ports.ts';
import { changeKey, type SeatState, type SeatTruth } from './seat-truth.ts';
import { type Subscriber, subscriptions } from './subscriptions.ts';

/**
 * While somebody watches, the database is asked this often what changed. It is the bound of promise P6: a change that
 * nobody announced (the app was killed after its commit, the message was lost) and one that was announced in the wrong
 * order is put right on every open stream this long after the commit, and as long as the database takes to answer. While
 * an instance cannot ask, its streams hear what is announced, and the rest as soon as it can ask again.
 */
export const CHECK_EVERY_MS = 1000;
/** Longer than any seat map lags (`STALENESS.ever` in `cache/lifetimes.ts`): a new stream gets what its map may lack. */
const RECENT_MS = 10_000;

interface Told {
  readonly sold: boolean;
  readonly at: number;
}

/** A sale or a cancellation that the subscribers know of: who said so, and when. */
interface Known {
  readonly by: 'announcement' | 'database';
  readonly at: number;
}

export type Watched = ReturnType<typeof watched>;

/**
 * The subscribers of one process, and what keeps them right whatever becomes of the announcements: `truth` is asked again
 * and again while there are subscribers. They get each seat whose state differs from what they got last, and each sale and
 * cancellation that was not announced, even if it repeats what they got last: they may have loaded a map in between.
 */
export function watched(truth: SeatTruth) {
  const subscribers = subscriptions();
  /** By show and seat, the state that subscribers got last, within RECENT_MS. */
  const recent = new Map<number, Map<number, Told>>();
  const known = new Map<string, Known>();
  let checking: NodeJS.Timeout | undefined;
  let asking = false;
  let checkedAt = 0;
  let tidiedAt = 0;

  function note({ showId, seats, sold }: SeatChange): void {
    const at = performance.now();
    if (at - tidiedAt > CHECK_EVERY_MS) forgetOld();
    const ofShow = recent.get(showId) ?? new Map<number, Told>();
    recent.set(showId, ofShow);
    for (const seat of seats) ofShow.set(seat, { sold, at });
  }

  function tell(change: SeatChange): void {
    const key = change.id === undefined ? undefined : changeKey(change.id, change.sold);
    // The database was faster than the announcement.
    const isNew = key === undefined || known.get(key)?.by !== 'database';
    note(change);
    if (key !== undefined) known.set(key, { by: 'announcement', at: performance.now() });
    if (!subscribers.has(change.showId)) return;
    truth.told(change.showId, change.seats);
    if (isNew) subscribers.tell(change);
  }

  function missed(): void {
    for (const [key, { by }] of known) if (by === 'database') known.delete(key);
    for (const [showId, ofShow] of recent)
      if (subscribers.has(showId)) truth.told(showId, [...ofShow.keys()]);
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
      const news = seats.filter((state) => isNews(state, started));
      for (const change of changesOf(news)) {
        note(change);
        countFound(change.seats.length);
        subscribers.tell(change);
      }
      const at = performance.now();
      for (const [, , , key] of news)
        if (key !== null && !known.has(key)) known.set(key, { by: 'database', at });
      if (whole) checkedAt = performance.now();
    } catch (error) {
      log.debug({ err: error }, 'the database does not say which seats changed');
    } finally {
      asking = false;
    }
  }

  /** What subscribers got after the question was asked is part of the next question. */
  function isNews([showId, seat, sold, key]: SeatState, started: number): boolean {
    const told = recent.get(showId)?.get(seat);
    if (key !== null && !known.has(key)) return true;
    return told === undefined || (told.at < started && told.sold !== sold);
  }

  function forgetOld(): void {
    tidiedAt = performance.now();
    const oldest = tidiedAt - RECENT_MS;
    for (const [key, { at }] of known) if (at < oldest) known.delete(key);
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
    const states = [...ofShow].map(([seat, { sold }]): SeatState => [showId, seat, sold, null]);
    for (const told of changesOf(states)) change(told);
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
    if (!change.seats.includes(seat)) change.seats.push(seat);
  }
  for (const { seats } of changes.values()) seats.sort((one, other) => one - other);
  return [...changes.values()];
}
