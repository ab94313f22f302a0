import type { Operation } from '../history/operation.ts';
import { type UnknownOutcomes, unknownOutcomes } from '../history/unknown-outcomes.ts';
import { acknowledgedStays } from '../promises/acknowledged-stays.ts';
import type { FinalState } from '../promises/final-state.ts';
import type { Violation } from '../promises/violation.ts';
import { violationsIn } from '../promises/violations-in.ts';

/** What buyers were told, compared with what the databases hold. */
export interface Findings {
  /** `holds`, `falls short`, or `void` when no sale was acknowledged. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  /** Reservations that buyers were told they have, and of these, those that buyers were told they have given back. */
  readonly acknowledged: number;
  readonly cancelled: number;
  /** Purchases that buyers were told were refused. */
  readonly refused: number;
  readonly unknown: UnknownOutcomes;
  /** Seats that more than one buyer has (P2). */
  readonly soldTwice: number;
  /** Acknowledged reservations that the database does not hold as told (P1). */
  readonly lost: number;
  /** Keys that were answered with more than one outcome (P3). */
  readonly wrongReplay: number;
  /** Acknowledged cancellations that do not stand (P8). */
  readonly cancelledInVain: number;
  /** Seats that a seat map shows wrongly long after they were sold or given back (P5). */
  readonly wrongSeats: number;
  /** Refusals that are not true (P9). */
  readonly falseRefusals: number;
  /** Of each promise a few, with the operations that show them. */
  readonly violations: readonly Violation[];
  /** The same in words. */
  readonly examples: readonly string[];
  /** All that are lost, in words. */
  readonly lostOnes: readonly string[];
}

const EXAMPLES = 5;
/** By then every cache and replica of every stage has what was sold. */
const AT_REST_MS = 10_000;

/** Runs every checker that a history and a final state suffice for. `more`: what others found. */
export function findings(
  history: readonly Operation[],
  final: FinalState,
  more: readonly Violation[] = [],
): Findings {
  const found = [...violationsIn(history, final, AT_REST_MS), ...more];
  const byPromise = new Map<string, Violation[]>();
  for (const one of found) byPromise.set(one.promise, [...(byPromise.get(one.promise) ?? []), one]);
  const violations = [...byPromise.values()].flatMap((each) => each.slice(0, EXAMPLES));
  const count = (promise: string): number => byPromise.get(promise)?.length ?? 0;
  const lost = acknowledgedStays(history, final);
  const done = (op: Operation['op']) =>
    new Set(history.flatMap((one) => (one.op === op && one.outcome === 'ok' ? [one.id ?? one.key] : [])));
  const acknowledged = done('reserve').size;
  return {
    verdict: found.length > 0 ? 'falls short' : acknowledged === 0 ? 'void' : 'holds',
    acknowledged,
    cancelled: done('cancel').size,
    refused: history.filter(({ op, outcome }) => op === 'reserve' && outcome === 'refused').length,
    unknown: unknownOutcomes(history, final),
    soldTwice: count('P2'),
    lost: lost.length,
    wrongReplay: count('P3'),
    cancelledInVain: count('P8'),
    wrongSeats: count('P5'),
    falseRefusals: count('P9'),
    violations,
    examples: violations.map(({ what }) => what),
    lostOnes: lost.map(({ what }) => what),
  };
}
