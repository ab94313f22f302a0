import { randomUUID } from 'node:crypto';
import { Failure } from '../failure.ts';

export interface Wanted {
  readonly showId: number;
  readonly seat: number;
  readonly ticket: 'mail' | 'box-office';
}

/**
 * Buys one seat, as nobody in particular, within `timeoutMs`. Returns the shop's answer.
 *
 * @throws Failure with the shop's words when it is not sold; what `fetch` throws when there is no answer in time.
 */
export async function buySeat(
  site: string,
  { showId, seat, ticket }: Wanted,
  timeoutMs: number,
): Promise<Response> {
  const bought = await fetch(`${site}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ showId, seats: [seat], name: 'A buyer', email: 'buyer@example.org', ticket }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (bought.status !== 201)
    throw new Failure(`The seat could not be bought: ${bought.status} ${await bought.text()}`);
  return bought;
}
