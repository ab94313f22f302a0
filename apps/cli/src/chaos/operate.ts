import { setTimeout as sleep } from 'node:timers/promises';
import { emptyCache } from '../measure/cold-start.ts';
import { type Ended, spawnVerb } from './run-verb.ts';
import type { OperationStep } from './schedule.ts';
import { type Subject, stateOf } from './stack.ts';

/** An operation that has not ended by then is killed, as an impatient operator does. */
const LIMIT_MS = 60_000;
/** One that was refused, by a fault that is still there, is tried again. */
const TRIES = 3;
const AGAIN_MS = 2500;

/** How an operation went: each run of its verb, the last one last. */
export interface Operated {
  readonly cutShort: number;
  readonly last: Ended;
}

/** Carries out one operation of a schedule: cut short if it says so, and then repeated until it is done or refused. */
export async function operate(stack: Subject, step: OperationStep, signal: AbortSignal): Promise<Operated> {
  if (step.verb === 'flush') return { cutShort: 0, last: await flush(stack) };
  const { verb, words, cutAfterMs } = step;
  let cutShort = 0;
  if (cutAfterMs !== null) {
    const first = await spawnVerb(stack, { verb, words, killAfterMs: cutAfterMs }, signal);
    if (first.code !== null) return { cutShort, last: first };
    cutShort = 1;
  }
  for (let tries = 1; ; tries += 1) {
    const last = await spawnVerb(stack, { verb, words, killAfterMs: LIMIT_MS }, signal);
    if ((last.code !== null && last.code < 2) || tries === TRIES || step.mustBeRefused)
      return { cutShort, last };
    await sleep(AGAIN_MS, undefined, { signal });
  }
}

/** What the verb `flush` does to the cache; the load that it brings would be one more client. */
async function flush(stack: Subject): Promise<Ended> {
  try {
    await emptyCache(stack.runtime, await stateOf(stack));
    return { code: 0, said: '' };
  } catch (error) {
    return { code: 2, said: (error as Error).message };
  }
}
