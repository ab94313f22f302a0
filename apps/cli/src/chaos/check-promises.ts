import { STALENESS } from '@scaling/tickets/lifetimes';
import { copiesAgree } from '../promises/copies-agree.ts';
import { arrivedOnce } from '../promises/mails-arrive.ts';
import { seatsByShow } from '../promises/maps.ts';
import { mapsAreFresh } from '../promises/maps-are-fresh.ts';
import { ownerships } from '../promises/ownership.ts';
import { seatTimes } from '../promises/seat-times.ts';
import { shardsInPlace } from '../promises/shards-in-place.ts';
import { streamsAreComplete } from '../promises/streams-are-complete.ts';
import type { PromiseNumber, Violation } from '../promises/violation.ts';
import { violationsIn } from '../promises/violations-in.ts';
import { auditMails } from '../verify/mails.ts';
import type { Final } from './final.ts';
import type { Done, Journal } from './journal.ts';
import { quietHistory } from './quiet.ts';
import { toldBy } from './told-by.ts';

/** A stream tells of a change within this, whatever has to time out first, once apps can ask the database. */
const STREAM_GRACE_MS = 30_000;
/** What an asynchronous failover may break: reservations and cancellations of its last moments are lost. */
const LOST_WITH_A_REGION: readonly PromiseNumber[] = ['P1', 'P3', 'P4', 'P6', 'P8', 'P9'];

/** So long before a failover a region may have fallen behind: links are cut for less. */
const LOST_BEFORE_MS = 60_000;
const LOST_AFTER_MS = 5000;

/** An app that is throttled hears a moment later of what was sold elsewhere; on a starved machine, later still. */
const HEARD_LATE_MS = 250;

/** What a stage promises beyond what all stages do (docs/promises.md). */
export interface Promised {
  /** How old a seat map may be that was asked for without a token; null: that is not promised. */
  readonly staleMs: number | null;
  /** The same while nothing disturbs the stack. */
  readonly quietStaleMs: number | null;
  /** P1 also after a failover. */
  readonly isSynchronous: boolean;
  readonly hasQueue: boolean;
}

export function promisedBy(stage: number): Promised {
  return {
    // One database answers everything in stages 1 to 3. In stage 7 the other region's data has its age in its header.
    staleMs: stage <= 3 ? 0 : stage === 4 || stage === 7 ? null : STALENESS.ever,
    quietStaleMs: stage <= 4 ? null : stage === 7 ? STALENESS.elsewhere : STALENESS.told,
    isSynchronous: stage !== 7,
    hasQueue: stage >= 8,
  };
}

/** Holds a run against every promise of its stage. @param databases its boxes that are databases */
export function checkPromises(
  journal: Journal,
  final: Final,
  { staleMs, quietStaleMs, isSynchronous, hasQueue }: Promised,
  databases: readonly string[],
): Violation[] {
  const { history, streams, done } = journal;
  const { state } = final;
  const owners = ownerships(history, state);
  const maps = seatsByShow(seatTimes(owners));
  const lossy = isSynchronous ? [] : done.filter(hasFailedOver);
  const mayBeLost = lossy.length > 0;
  const quietMs = (quietStaleMs ?? 0) + HEARD_LATE_MS + 2 * journal.standstillMs;
  const found = [
    ...violationsIn(history, state, staleMs),
    ...(quietStaleMs === null ? [] : mapsAreFresh(quietHistory(journal), maps, quietMs)),
    ...streamsAreComplete(
      streams,
      owners,
      state,
      toldBy(journal.done, { graceMs: STREAM_GRACE_MS, databases }),
    ),
    // What still waits in the queue is not missing.
    ...(final.isDrained
      ? auditMails(history, state, final.mails, { promised: hasQueue, mayBeLost }).violations
      : arrivedOnce(final.mails)),
    ...copiesAgree(final.copies ?? []),
    ...(final.shards === null ? [] : shardsInPlace(final.shards)),
  ];
  return found.filter(
    (one) =>
      !LOST_WITH_A_REGION.includes(one.promise) || lossy.every((failover) => !isLostWith(one, failover)),
  );
}

/** Also one that was cut short, or refused only when it was repeated. */
function hasFailedOver({ step, outcome, cutShort }: Done): boolean {
  return step.type === 'operation' && step.verb === 'failover' && (outcome === 'done' || cutShort > 0);
}

/**
 * Whether a violation may be what an asynchronous failover took with it. Without operations nobody can tell. A sale that was
 * made afterwards stays; but a seat whose cancellation was lost is shown as sold from then on.
 */
function isLostWith({ promise, operations }: Violation, { beganAt, endedAt }: Done): boolean {
  const from = beganAt - LOST_BEFORE_MS;
  const to = promise === 'P1' ? endedAt + LOST_AFTER_MS : Number.POSITIVE_INFINITY;
  return operations.length === 0 || operations.some(({ invokedAt }) => invokedAt > from && invokedAt < to);
}

/** P12: an operation that would have thrown data away was not refused. */
export function dataThrownAway(done: readonly Done[]): Violation[] {
  return done.flatMap(({ step, outcome }) => {
    if (step.type !== 'operation' || !step.mustBeRefused || outcome !== 'done') return [];
    const what = `\`${[step.verb, ...step.words].join(' ')}\` was done, and boxes that hold data are gone`;
    return [{ promise: 'P12', what, operations: [] }];
  });
}
