import { Problem } from './problem.ts';
import type { Order } from './types.ts';

/** One purchase with its key: made when a person presses Buy, kept until the shop has said yes or no. */
export interface Attempt {
  readonly order: Order;
  readonly key: string;
}

/**
 * The attempt for an order: the one that is still undecided if it is for the same order (pressing Buy again must not
 * buy again), else a new one with a new key.
 */
export function attemptFor(order: Order, undecided: Attempt | null, newKey: () => string): Attempt {
  const same = undecided !== null && JSON.stringify(undecided.order) === JSON.stringify(order);
  return same ? undecided : { order, key: newKey() };
}

const WAITS_MS = [250, 500, 1000, 2000];

/**
 * Sends an attempt until the shop decides, always with its one key: no answer, and answers that decide nothing, are
 * tried again after a pause. Throws the last error when the pauses are used up.
 */
export async function decide<Decision>(
  attempt: Attempt,
  send: (order: Order, key: string) => Promise<Decision>,
  pause: (ms: number) => Promise<void>,
): Promise<Decision> {
  for (const wait of WAITS_MS) {
    try {
      return await send(attempt.order, attempt.key);
    } catch (error) {
      if (isDecision(error)) throw error;
      await pause(wait);
    }
  }
  return send(attempt.order, attempt.key);
}

/** Whether an error is the shop's last word. A gateway's 502 or a busy shop's 503 leaves open what happened. */
export function isDecision(error: unknown): boolean {
  return error instanceof Problem && error.status < 500 && error.status !== 408 && error.status !== 429;
}
