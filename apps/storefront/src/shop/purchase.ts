import { type Attempt, decide, isDecision } from './attempt.ts';
import { drop, keep, owedMails } from './kept-attempts.ts';
import type { Bought, Order, Reservation } from './types.ts';

type Send = (order: Order, key: string) => Promise<Bought>;
type Pause = (ms: number) => Promise<void>;

/**
 * Sends an attempt until the shop decides. From before the first request until then the browser remembers it, so that the
 * same seats get the same key after the page was loaded again.
 */
export async function carryOut(attempt: Attempt, send: Send, pause: Pause): Promise<Reservation> {
  keep(attempt);
  try {
    const { reservation, mailOwed } = await decide(attempt, send, pause);
    if (mailOwed) keep(attempt, true);
    else drop(attempt);
    return reservation;
  } catch (error) {
    if (isDecision(error)) drop(attempt);
    throw error;
  }
}

const WAITS_MS = [2000, 5000, 15_000, 60_000];

/** Asks for the mails that the shop owes, with longer and longer pauses. What is still owed then is asked for at the next visit. */
export async function askForMails(send: Send, pause: Pause): Promise<void> {
  for (const wait of WAITS_MS) {
    if (owedMails().length === 0) return;
    await pause(wait);
    for (const attempt of owedMails()) {
      try {
        const { mailOwed } = await send(attempt.order, attempt.key);
        if (!mailOwed) drop(attempt);
      } catch (error) {
        if (isDecision(error)) drop(attempt);
      }
    }
  }
}
