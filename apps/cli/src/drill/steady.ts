import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackId } from '../runtime/runtime.ts';
import type { Outcome } from './outcome.ts';
import type { Timeline } from './timeline.ts';

/** A good answer comes within this, and so must nine of ten before anything is disturbed. */
const GOOD_MS = 200;
const GOOD_SHARE = 0.9;
/** This long, unless something else is asked for, and for this many requests, everything must have been well. */
const SPAN_SECONDS = 3;
const SPAN_REQUESTS = 20;
/** What was sent last may not have been answered yet. */
const PENDING_MS = 500;
const LOOK_MS = 100;
/** No longer is waited for it. */
export const STEADY_DEADLINE_MS = 30_000;

export type Steady =
  | { readonly state: 'steady'; readonly from: number; readonly at: number }
  | { readonly state: 'slow' | 'wrong'; readonly what: string };

/** Why the requests sent in a stretch of time are not those of a load that all is well with; null: it is. */
export function unsteady(
  outcomes: readonly Outcome[],
  stretch: { readonly from: number; readonly to: number; readonly rate: number },
): Exclude<Steady, { state: 'steady' }> | null {
  const { from, to, rate } = stretch;
  const sent = outcomes.filter((each) => each.sentAt >= from && each.sentAt < to);
  const expected = (rate * (to - from)) / 1000;
  const failed = sent.filter((each) => !each.right).length;
  if (failed > 0) return { state: 'wrong', what: `${failed} of ${sent.length} requests failed` };
  if (sent.length < expected * GOOD_SHARE)
    return { state: 'slow', what: `${sent.length} of ${Math.round(expected)} requests were answered` };
  const good = sent.filter((each) => each.endedAt - each.sentAt <= GOOD_MS).length;
  if (good < sent.length * GOOD_SHARE)
    return { state: 'slow', what: `${good} of ${sent.length} answers came within ${GOOD_MS} ms` };
  return null;
}

export interface SteadyWait {
  readonly id: StackId;
  readonly timeline: Timeline;
  readonly rate: number;
  /** Requests sent before this moment do not count. */
  readonly since: number;
  readonly steadySeconds?: number | undefined;
  readonly signal: AbortSignal;
}

/** Waits until every box is ready and every answer was right, and most were fast, for some seconds. */
export async function untilSteady(runtime: Runtime, wait: SteadyWait): Promise<Steady> {
  const span = 1000 * Math.max(wait.steadySeconds ?? SPAN_SECONDS, SPAN_REQUESTS / wait.rate);
  const deadline = Date.now() + STEADY_DEADLINE_MS + span;
  for (;;) {
    await wait.timeline.read();
    const to = Date.now() - PENDING_MS;
    const from = to - span;
    const reason = unsteady(wait.timeline.outcomes, { from, to, rate: wait.rate });
    if (from >= wait.since && reason === null) {
      const boxes = (await runtime.state(wait.id))?.boxes ?? [];
      const down = boxes.filter((box) => box.state !== 'ready' && box.kind !== 'load').map((box) => box.name);
      if (boxes.length > 0 && down.length === 0) return { state: 'steady', from, at: Date.now() };
      if (Date.now() > deadline)
        return { state: 'wrong', what: `${down.join(', ') || 'the stack'} did not get ready` };
    } else if (Date.now() > deadline && reason !== null) return reason;
    await sleep(LOOK_MS, undefined, { signal: wait.signal });
  }
}
