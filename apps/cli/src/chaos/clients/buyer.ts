import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../../history/operation.ts';
import { between, type ClientParts, keyEnd, type Purchase, requestsOf } from './client.ts';

/** Few seats of each show are wanted by all, so that buyers meet. */
const WANTED_SEATS = 40;
const MAIL_SHARE = 0.12;
/** Of the writes that are followed by a look at the seats at once. */
const LOOK_SHARE = 0.5;
const THINK_MS = { least: 30, most: 400 };
/** An unknown outcome is asked for again so often before the buyer does something else; the end of the run asks on. */
const MOST_ATTEMPTS = 4;
const AGAIN_MS = { least: 100, most: 900 };
/** From so many reservations on, a buyer rather cancels one. */
const ENOUGH = 4;

interface Held {
  readonly id: string;
  readonly purchase: Purchase;
}

/**
 * A buyer: buys under new keys, asks again with the same key after an unknown outcome and sometimes without need, cancels,
 * and looks at the seats with and without the token of its last write. One request after the other.
 */
export async function buy(parts: ClientParts): Promise<void> {
  const { process, random, shows, ended, signal } = parts;
  const requests = requestsOf(parts);
  const held: Held[] = [];
  const past: Purchase[] = [];
  /** The token of the last write, by show: in a sharded shop each show has its own log. */
  const tokens = new Map<number, string>();
  let purchases = 0;

  const choose = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

  async function untilKnown(send: () => Promise<Operation>): Promise<Operation> {
    for (let attempt = 1; ; attempt += 1) {
      const done = await send();
      if (done.position !== null) tokens.set(done.showId, done.position);
      if (done.outcome !== 'unknown' || attempt === MOST_ATTEMPTS || ended.aborted) return done;
      await sleep(between(random, AGAIN_MS), undefined, { signal });
    }
  }

  function newPurchase(): Purchase {
    const showId = choose(shows) ?? 1;
    const seat = 1 + Math.floor(random() * WANTED_SEATS);
    purchases += 1;
    const purchase: Purchase = {
      key: `${process}-${purchases}-${keyEnd(random)}`,
      showId,
      seats: random() < 0.5 ? [seat] : [seat, seat + 1],
      ticket: random() < MAIL_SHARE ? 'mail' : 'box-office',
      email: `${process}@example.org`,
    };
    past.push(purchase);
    return purchase;
  }

  async function reserve(purchase: Purchase): Promise<void> {
    const { outcome, id, state } = await untilKnown(() => requests.reserve(purchase));
    const isNew = !held.some((each) => each.id === id);
    if (outcome === 'ok' && id !== null && state === 'confirmed' && isNew) held.push({ id, purchase });
    await lookAtOnce(purchase.showId);
  }

  async function cancel(): Promise<void> {
    const [one] = held.splice(Math.floor(random() * held.length), 1);
    if (one === undefined) return;
    const { id, purchase } = one;
    await untilKnown(() => requests.cancel({ id, showId: purchase.showId }));
    await lookAtOnce(purchase.showId);
  }

  /** As a page does: without a pause after its write, which replicas may not have yet. */
  async function lookAtOnce(showId: number): Promise<void> {
    const token = tokens.get(showId);
    if (token !== undefined && random() < LOOK_SHARE) await requests.seatMap(showId, token);
  }

  async function look(): Promise<void> {
    const showId = choose(shows) ?? 1;
    const token = tokens.get(showId) ?? null;
    await requests.seatMap(showId, random() < 0.7 ? token : null);
  }

  async function find(): Promise<void> {
    const one = choose(held);
    if (one === undefined) return;
    const { id, purchase } = one;
    await requests.find({ id, showId: purchase.showId }, tokens.get(purchase.showId) ?? null);
  }

  while (!ended.aborted) {
    const what = random();
    const again = choose(past);
    if (what < 0.25) await look();
    else if (what < 0.3) await find();
    else if (what < 0.38 && again !== undefined) await reserve(again);
    else if (what < 0.5 || held.length >= ENOUGH) await cancel();
    else await reserve(newPurchase());
    await sleep(between(random, THINK_MS), undefined, { signal });
  }
}
