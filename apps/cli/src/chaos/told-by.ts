import { type Done, type Span, spanOf } from './journal.ts';

/**
 * When every open stream must have been told of a change, by the moment at which it was acknowledged: `graceMs` later, and
 * later by all the time in which apps may not have been able to ask a database what changed (P6). That is while a fault
 * is on a database or on one of its links, during a failover, and while regions are cut off from each other.
 *
 * @param databases boxes
 */
export function toldBy(
  done: readonly Done[],
  { graceMs, databases }: { readonly graceMs: number; readonly databases: readonly string[] },
): (acknowledgedAt: number) => number {
  const spans = [...done.filter((each) => concerns(each, databases)).map(spanOf), ...cutOff(done)].sort(
    (a, b) => a.from - b.from,
  );
  return (acknowledgedAt) => {
    let at = acknowledgedAt;
    let left = graceMs;
    for (const { from, to } of spans) {
      if (to <= at) continue;
      const before = Math.max(0, from - at);
      if (before >= left) break;
      left -= before;
      at = to;
    }
    return at + left;
  };
}

function concerns({ step }: Done, databases: readonly string[]): boolean {
  if (step.type === 'operation') return step.verb === 'failover';
  // Natively the databases share the disk that is full.
  return step.fault === 'full-disk' || step.boxes.some((box) => databases.includes(box));
}

/** From each cut to the end of the mend after it. */
function cutOff(done: readonly Done[]): Span[] {
  const verb = ({ step }: Done) => (step.type === 'operation' ? step.verb : null);
  return done
    .filter((each) => verb(each) === 'cut')
    .map(({ beganAt }) => {
      const mends = done.filter((each) => verb(each) === 'mend' && each.endedAt > beganAt);
      return { from: beganAt, to: Math.min(...mends.map(({ endedAt }) => endedAt)) };
    });
}
