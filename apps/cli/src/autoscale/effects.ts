import { quantileSorted } from 'simple-statistics';
import type { Outcome } from '../drill/outcome.ts';
import type { Step } from './change-boxes.ts';

/** What requests met in a stretch of time. Times in milliseconds; null: none was answered rightly. */
export interface Met {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Those sent from one moment to another (milliseconds since 1970). */
export function metBetween(outcomes: readonly Outcome[], from: number, to: number): Met {
  const sent = outcomes.filter(({ sentAt }) => sentAt >= from && sentAt < to);
  const right = sent.filter((each) => each.right);
  const times = right.map((each) => each.endedAt - each.sentAt).sort((a, b) => a - b);
  const at = (share: number): number | null => (times.length === 0 ? null : quantileSorted(times, share));
  return { requests: sent.length, failed: sent.length - right.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** What a decision did for those who asked. */
export interface Effect {
  /** P95 of the last stretch before it. */
  readonly beforeMs: number | null;
  /** From the decision until P95 was within the SLO again; 0: it always was; null: it was not before the next decision. */
  readonly backMs: number | null;
  /** P95 from then until the next decision, or the end. */
  readonly afterMs: number | null;
}

/** A decision of the rules, and what it did. */
export type Decided = Step & Effect;

export interface Stretch {
  /** P95 is taken over so long, in milliseconds. */
  readonly windowMs: number;
  readonly sloMs: number;
  /** The load's end. */
  readonly until: number;
}

/** Windows begin so far apart. */
const STEP_MS = 250;

/** The effect of each decision, held against the requests of a load. */
export function effectsOf(
  outcomes: readonly Outcome[],
  steps: readonly Pick<Step, 'decidedAt'>[],
  { windowMs, sloMs, until }: Stretch,
): Effect[] {
  return steps.map(({ decidedAt }, index) => {
    const next = steps[index + 1]?.decidedAt ?? until;
    const before = metBetween(outcomes, decidedAt - windowMs, decidedAt);
    for (let from = decidedAt; from + windowMs <= next; from += STEP_MS) {
      const { p95Ms } = metBetween(outcomes, from, from + windowMs);
      if (p95Ms === null || p95Ms > sloMs) continue;
      const after = metBetween(outcomes, from, next);
      return { beforeMs: before.p95Ms, backMs: from - decidedAt, afterMs: after.p95Ms };
    }
    return { beforeMs: before.p95Ms, backMs: null, afterMs: null };
  });
}
