import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../history/operation.ts';
import { type Purchase, type Requests, requestsOf } from './clients/client.ts';
import type { Journal } from './journal.ts';

const AGAIN_MS = 500;

/** Requests whose outcome the history leaves open: the last time that they were sent, nobody said. */
export function openRequests(history: readonly Operation[]): Operation[] {
  const last = new Map<string, Operation>();
  for (const one of history) {
    if (one.op === 'reserve') last.set(`key ${one.key}`, one);
    else if (one.op === 'cancel') last.set(`cancel ${one.id}`, one);
  }
  return [...last.values()].filter(({ outcome }) => outcome === 'unknown');
}

/**
 * Asks again for every outcome that is unknown, with the same key, until each is known. Run when all clients have stopped:
 * the operations are those of the clients that began them.
 *
 * @returns how many stay unknown at the deadline
 */
export async function resolveUnknown(
  journal: Journal,
  {
    site,
    deadline,
    signal,
  }: { readonly site: string; readonly deadline: number; readonly signal: AbortSignal },
): Promise<number> {
  for (;;) {
    const open = openRequests(journal.history);
    if (open.length === 0 || Date.now() > deadline) return open.length;
    for (const one of open) await askAgain(clientOf(one, journal, site, signal), one);
    await sleep(AGAIN_MS, undefined, { signal });
  }
}

function clientOf({ process }: Operation, { history }: Journal, site: string, signal: AbortSignal): Requests {
  return requestsOf({ process, site, shows: [], random: () => 0, history, ended: signal, signal });
}

async function askAgain(requests: Requests, one: Operation): Promise<void> {
  if (one.op === 'reserve') await requests.reserve(one as Operation & Purchase);
  else if (one.id !== null) await requests.cancel({ id: one.id, showId: one.showId });
}
