import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startClients } from '../../src/chaos/clients/all.ts';
import { newJournal } from '../../src/chaos/journal.ts';
import { openRequests, resolveUnknown } from '../../src/chaos/resolve.ts';
import { mulberry32 } from '../../src/measure/bootstrap.ts';
import { ownerships } from '../../src/promises/ownership.ts';
import { streamsAreComplete } from '../../src/promises/streams-are-complete.ts';
import { violationsIn } from '../../src/promises/violations-in.ts';
import { smallShop } from './small-shop.ts';

const RUN_MS = 1500;
/** On a busy machine the clients take longer until each thing has happened to them. */
const MOST_MS = 20_000;
const seed = Number(process.env.CLIENTS_SEED ?? Math.floor(Math.random() * 1e6));
let shop: Awaited<ReturnType<typeof smallShop>>;

beforeEach(async () => {
  shop = await smallShop(mulberry32(seed));
});
afterEach(() => shop.close());

it('clients note what they did, one thing after the other, and learn every outcome', async () => {
  const { signal } = new AbortController();
  const journal = newJournal();
  const { history, streams } = journal;
  const crowd = startClients(journal, { sites: [shop.site], seed, signal });
  await sleep(RUN_MS);
  const met = (): boolean =>
    history.some(({ outcome }) => outcome === 'unknown') &&
    (['reserve', 'cancel', 'seat-map'] as const).every((op) =>
      history.some((one) => one.op === op && one.outcome === 'ok'),
    ) &&
    streams.some(({ events }) => events.length > 0);
  for (const began = performance.now(); !met() && performance.now() - began < MOST_MS; ) await sleep(100);
  await crowd.stop();
  const told = `CLIENTS_SEED=${seed}`;

  for (const process of new Set(history.map((one) => one.process))) {
    const own = history.filter((one) => one.process === process);
    for (const [index, { invokedAt }] of own.entries())
      expect(invokedAt, told).toBeGreaterThanOrEqual(own[index - 1]?.completedAt ?? 0);
  }

  expect(met(), told).toBe(true);
  await resolveUnknown(journal, { site: shop.site, deadline: Date.now() + 5000, signal });
  expect(openRequests(history), told).toEqual([]);

  const state = shop.state();
  expect(violationsIn(history, state, 0), told).toEqual([]);
  expect(
    streamsAreComplete(streams, ownerships(history, state), state, (at) => at + 100),
    told,
  ).toEqual([]);
  await crowd.close();
});

it('clients of a run that is given up end at once, and nobody has to wait for them', async () => {
  const given = new AbortController();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const crowd = startClients(newJournal(), { sites: [shop.site], seed, signal: given.signal });
    await sleep(300);
    given.abort(new Error('Ctrl-C'));
    await sleep(300);
    expect(unhandled).toEqual([]);
    await expect(crowd.stop()).rejects.toThrow();
    await crowd.close();
  } finally {
    process.off('unhandledRejection', note);
  }
});
