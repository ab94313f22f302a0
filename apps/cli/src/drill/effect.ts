import { GROUPS, type Group, type Outcome } from './outcome.ts';

/** An answer that takes as long is slow, no more. */
const SLOW_MS = 1000;

/** One box's turn. Moments in milliseconds since 1970. */
export interface Turn {
  readonly box: string;
  /** Since when all had been well. */
  readonly steadyFrom: number;
  /** When it was killed or paused. */
  readonly faultAt: number;
  /** When it was asked to start again, or to go on. */
  readonly healAt: number;
  /** null: it did not come back. */
  readonly readyAt: number | null;
}

export interface GroupEffect {
  /** That ended between this fault and the next. */
  readonly sent: number;
  readonly failed: number;
  /** From the fault to the moment the first and the last failed request were sent, milliseconds; null: none failed. */
  readonly firstFailedMs: number | null;
  readonly lastFailedMs: number | null;
  /** Most were not answered any more when the box was healed: nobody else does this. */
  readonly needsTheBox: boolean;
}

/** What the fault of a box did to the requests of a steady load. Times in milliseconds. */
export interface Effect {
  readonly box: string;
  readonly downMs: number;
  /** From the heal until the box said it was ready; null: it did not. */
  readonly readyMs: number | null;
  /** From the heal until the first of the answers that were all right again; 0: they were before; null: none failed. */
  readonly rightAgainMs: number | null;
  readonly sent: number;
  readonly failed: number;
  readonly firstFailedMs: number | null;
  readonly lastFailedMs: number | null;
  /** By what was asked for; groups that the load has none of are left out. */
  readonly groups: Readonly<Partial<Record<Group, GroupEffect>>>;
  /** By request and by how, those that failed: `{ reserve: 8, list: 3 }`, `{ '503': 9, 'timed out': 2 }`. */
  readonly failedRequests: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** P95 of the right answers before the fault and while the box was down; null: there were none. */
  readonly p95Ms: { readonly before: number | null; readonly down: number | null };
  /** The longest that a request sent while the box was down waited for its answer, or for its failure. */
  readonly slowestMs: number | null;
}

/** What came of the requests that ended in a turn: those under way at the next fault (`until`) are the next turn's. */
export function effectOf(outcomes: readonly Outcome[], turn: Turn, until: number): Effect {
  const { box, steadyFrom, faultAt, healAt, readyAt } = turn;
  const concerned = outcomes
    .filter((each) => each.endedAt >= faultAt && each.endedAt < until)
    .sort((a, b) => a.sentAt - b.sentAt);
  const down = outcomes.filter((each) => each.sentAt >= faultAt && each.sentAt < healAt);
  const before = outcomes.filter((each) => each.sentAt >= steadyFrom && each.endedAt < faultAt);
  const failed = concerned.filter((each) => !each.right);
  const groups: Partial<Record<Group, GroupEffect>> = {};
  for (const group of GROUPS) {
    const members = concerned.filter((each) => each.group === group);
    if (members.length > 0) groups[group] = groupEffect(members, turn);
  }
  return {
    box,
    downMs: healAt - faultAt,
    readyMs: readyAt === null ? null : readyAt - healAt,
    rightAgainMs: rightAgain(concerned, healAt),
    sent: concerned.length,
    failed: failed.length,
    ...span(failed, faultAt),
    groups,
    failedRequests: countBy(failed, ({ request }) => request),
    failures: countBy(failed, ({ failure }) => failure),
    p95Ms: { before: p95(before), down: p95(down) },
    slowestMs: down.length === 0 ? null : Math.max(...down.map(took)),
  };
}

function groupEffect(members: readonly Outcome[], { faultAt, healAt }: Turn): GroupEffect {
  const failed = members.filter((each) => !each.right);
  const down = members.filter((each) => each.sentAt >= faultAt && each.sentAt < healAt);
  const asked = telling(down, faultAt, healAt);
  const answered = asked.filter((each) => each.right && each.endedAt <= healAt);
  return {
    sent: members.length,
    failed: failed.length,
    ...span(failed, faultAt),
    needsTheBox: answered.length < asked.length / 2,
  };
}

/**
 * Those whose answers tell whether others do the box's work: they have taken it over by the second half of the time, and
 * who came in its last second may only have been slow. Of a rare kind none may have been sent then.
 */
function telling(down: readonly Outcome[], faultAt: number, healAt: number): readonly Outcome[] {
  const inTime = down.filter((each) => each.sentAt < healAt - SLOW_MS);
  const late = inTime.filter((each) => each.sentAt >= (faultAt + healAt) / 2);
  return [late, inTime, down].find(({ length }) => length > 0) ?? [];
}

function countBy(outcomes: readonly Outcome[], nameOf: (outcome: Outcome) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[nameOf(outcome)] = (counts[nameOf(outcome)] ?? 0) + 1;
  return counts;
}

function span(failed: readonly Outcome[], faultAt: number) {
  const first = failed[0];
  const last = failed.at(-1);
  if (first === undefined || last === undefined) return { firstFailedMs: null, lastFailedMs: null };
  // What was under way at the kill failed with it.
  const since = (each: Outcome): number => Math.max(0, each.sentAt - faultAt);
  return { firstFailedMs: since(first), lastFailedMs: since(last) };
}

function rightAgain(concerned: readonly Outcome[], healAt: number): number | null {
  const lastFailed = concerned.findLast((each) => !each.right);
  if (lastFailed === undefined) return null;
  const after = concerned.filter((each) => each.right && each.sentAt > lastFailed.sentAt);
  if (after.length === 0) return null;
  return Math.max(0, Math.min(...after.map((each) => each.endedAt)) - healAt);
}

function took({ sentAt, endedAt }: Outcome): number {
  return endedAt - sentAt;
}

function p95(outcomes: readonly Outcome[]): number | null {
  const times = outcomes
    .filter((each) => each.right)
    .map(took)
    .sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1] ?? null;
}
