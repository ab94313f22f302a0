import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** The last seat of a show: load runs begin at the first. It stays sold; no ticket is drawn and mailed for it. */
const SEAT = {
  showId: 1,
  seats: [500],
  name: 'Failover',
  email: 'failover@example.org',
  ticket: 'box-office',
};
const RETRY_MS = 40;
const TRY_LIMIT_MS = 5000;

/**
 * Asks the shop for one seat, under one key, until it decides. When it did, in milliseconds since 1970; null: not before
 * the deadline. A seat that is taken counts too: the primary wrote down that it refused.
 */
export async function firstWrite(site: string, limitMs: number, signal: AbortSignal): Promise<number | null> {
  const deadline = performance.now() + limitMs;
  const key = `failover-${randomUUID()}`;
  while (performance.now() < deadline && !signal.aborted) {
    const status = await reserve(site, key).catch(() => null);
    if (status === 200 || status === 201 || status === 409) return Date.now();
    await sleep(RETRY_MS);
  }
  return null;
}

async function reserve(site: string, key: string): Promise<number> {
  const answer = await fetch(`${site}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(SEAT),
    signal: AbortSignal.timeout(TRY_LIMIT_MS),
  });
  await answer.body?.cancel();
  return answer.status;
}
