import type { Turn } from '../../src/drill/effect.ts';
import { type Outcome, outcomeIn } from '../../src/drill/outcome.ts';

/** A box that dies at 10 s, is healed at 14 s and ready at 15 s. */
export const TURN: Turn = {
  box: 'db',
  steadyFrom: 7000,
  faultAt: 10_000,
  healAt: 14_000,
  readyAt: 15_000,
};

/** The line that a script logs, read back. `status` 0: no answer. */
export function outcome(request: string, sentAt: number, tookMs = 10, status = 200): Outcome {
  const right = status === 200 || status === 201;
  const verdict = right ? 'right' : status === 0 ? 'transport' : 'status';
  const line = { side: 'this', request, sentAt, tookMs, verdict, status, error: '' };
  const found = outcomeIn(JSON.stringify(line));
  if (found === null) throw new Error('not a line of a timeline');
  return found;
}

/** One request every 100 ms from 7 s to 20 s; `fate` says how long each takes and what it is answered. */
export function load(
  request: string,
  fate: (sentAt: number) => { tookMs?: number; status?: number } = () => ({}),
): Outcome[] {
  return Array.from({ length: 130 }, (_, index) => {
    const sentAt = 7000 + index * 100;
    const { tookMs, status } = fate(sentAt);
    return outcome(request, sentAt, tookMs, status);
  });
}

/** Fails what is sent between two moments. */
export function failing(from: number, to: number, status = 503) {
  return (sentAt: number) => (sentAt >= from && sentAt < to ? { status } : {});
}
