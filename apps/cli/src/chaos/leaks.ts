import { setTimeout as sleep } from 'node:timers/promises';
import { openStreamsOf } from '../measure/open-streams.ts';
import type { Violation } from '../promises/violation.ts';
import { type Subject, stateOf } from './stack.ts';

/** Each box on the way notices at once that its client has left, or with the next comment of the stream, after 15 s. */
const LIMIT_MS = 45_000;
const LOOK_MS = 500;

/** P11: once every client has left, no app counts an event stream as open. */
export async function streamsLeftOpen(stack: Subject, signal: AbortSignal): Promise<Violation[]> {
  for (const deadline = Date.now() + LIMIT_MS; ; ) {
    const state = await stateOf(stack);
    const left = (await openStreamsOf(stack.runtime, state)).filter(({ open }) => open > 0);
    if (left.length === 0) return [];
    if (Date.now() > deadline)
      return left.map(({ box, open }) => ({
        promise: 'P11',
        what: `${box} has ${open} event streams open ${LIMIT_MS / 1000} s after the last client left`,
        operations: [],
      }));
    await sleep(LOOK_MS, undefined, { signal });
  }
}
