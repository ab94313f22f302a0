import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appMetrics } from '../../src/measure/app-metrics.ts';
import { burst } from '../../src/measure/burst.ts';
import { load } from '../../src/measure/load.ts';
import { queueOf, untilDrained } from '../../src/measure/queue.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';

const runtime = nativeRuntime();
const id = { stage: 8, slot: 6 };
const signal = AbortSignal.timeout(600_000);
const LONG_MS = 240_000;
let state: StackState;

const ask = (path: string) => fetch(`${state.site}${path}`, { signal: AbortSignal.timeout(5000) });
const status = async (path: string) => (await ask(path).catch(() => null))?.status;

/** Purchases at a steady rate, whatever happens to boxes meanwhile. */
const buy = (rate: number, duration: number) =>
  load(runtime, state, {
    scenario: 'buy',
    rate,
    duration,
    sloMs: 1000,
    through: 'entry',
    cold: true,
    disturbed: true,
    signal,
  });

beforeAll(async () => {
  await runtime.down(id);
  state = await runtime.up(id.stage, { slot: id.slot, unlimited: true });
}, 300_000);
afterAll(() => runtime.down(id), 60_000);

describe('stage 8', () => {
  it('answers from two services behind one address', async () => {
    const boxes = async (path: string) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(path)));
      return [...new Set(answers.map((answer) => answer.headers.get('x-served-by')))].sort();
    };
    expect(await boxes('/shows')).toEqual(['shows-1', 'shows-2']);
    expect(await boxes('/shows/1/seats')).toEqual(['reservations-1', 'reservations-2']);
    expect((await ask('/')).headers.get('content-type')).toContain('text/html');
  });

  it('has every worker mail its share of the partitions', async () => {
    await until('the group is whole', async () => (await queueOf(runtime, state)).whole, 30_000);
    // A worker looks at how far it is behind only every now and then.
    const partitions = async (box: string) =>
      ((await appMetrics(runtime, state, box)) ?? '').match(
        /^tickets_queue_lag\{group="mail",partition="\d"\}/gm,
      );
    for (const box of ['worker-1', 'worker-2'])
      await until(`${box} has half of them`, async () => (await partitions(box))?.length === 4, 15_000);
  }, 60_000);

  it('mails no ticket of what is cancelled before its mail, and one notice of what is cancelled after', async () => {
    const show = 39;
    const seatsSold = async () => {
      const fast = (await (await ask('/selling-fast')).json()) as { showId: number; seats: number }[];
      return fast.find(({ showId }) => showId === show)?.seats ?? 0;
    };
    const order = (seats: readonly number[]) =>
      fetch(`${state.site}/reservations`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
        body: JSON.stringify({ showId: show, seats, name: 'Ada', email: 'ada@example.com', ticket: 'mail' }),
      });
    const buyAt = async (seats: readonly number[]) =>
      (await (await order(seats)).json()) as { id: string; token: string };
    const cancel = ({ id, token }: { id: string; token: string }) =>
      fetch(`${state.site}/reservations/${id}`, {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${token}` },
      });
    const mailsOf = async ({ id }: { id: string }) => {
      const answer = await fetch(`${state.mail}/messages?reservation=${id}`);
      const { messages } = (await answer.json()) as { messages: { kind: string }[] };
      return messages.map(({ kind }) => kind).sort();
    };

    const after = await buyAt([1, 2, 3, 4, 5, 6, 7, 8]);
    const standing = await buyAt([9, 10, 11, 12, 13, 14, 15, 16]);
    await until('the tickets are mailed', async () => (await mailsOf(standing)).length === 1, 20_000);
    await until('the tickets are mailed', async () => (await mailsOf(after)).length === 1, 20_000);
    for (const box of ['worker-1', 'worker-2']) await runtime.kill(id, box);
    const before = await buyAt([17, 18, 19, 20, 21, 22, 23, 24]);
    for (const one of [before, after]) expect((await cancel(one)).status).toBe(200);
    // The events are at the broker before a worker is: the relay publishes twice a second.
    await sleep(2000);
    for (const box of ['worker-1', 'worker-2']) await runtime.heal(id, box);
    expect(await untilDrained(runtime, state, { limitMs: 60_000, signal })).not.toBeNull();
    expect(await Promise.all([before, after, standing].map(mailsOf))).toEqual([
      [],
      ['cancellation', 'ticket'],
      ['ticket'],
    ]);
    await until('the figures are those of what stands', async () => (await seatsSold()) === 8, 10_000);
  }, 120_000);

  it(
    'loses no sale and doubles no mail, whoever is killed under load',
    async () => {
      const loading = buy(12, 40);
      for (const box of ['worker-1', 'broker', 'relay', 'reservations-1', 'worker-2', 'mail']) {
        await sleep(3000);
        await runtime.kill(id, box);
        await sleep(500);
        await runtime.heal(id, box);
      }
      const { side } = await loading;
      expect(side.summary.requests).toBeGreaterThan(250);
      const now = (await runtime.state(id)) ?? state;
      const verified = await verify(runtime, now);
      expect(verified).toMatchObject({
        verdict: 'holds',
        lost: 0,
        soldTwice: 0,
        mails: { missing: 0, doubled: 0 },
      });
      expect(verified.mails?.expected).toBeGreaterThan(200);
    },
    LONG_MS,
  );

  it(
    'sells on while every worker is down, and makes up for it when they are back',
    async () => {
      for (const box of ['worker-1', 'worker-2']) await runtime.kill(id, box);
      const loading = buy(15, 10);
      await sleep(12_000);
      for (const box of ['worker-1', 'worker-2']) await runtime.heal(id, box);
      const { side, drainedMs } = await loading;
      expect(side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
      expect(drainedMs).not.toBeNull();
      expect(await verify(runtime, state)).toMatchObject({
        verdict: 'holds',
        mails: { missing: 0, doubled: 0 },
      });
    },
    LONG_MS,
  );

  it('takes in a burst of ten times the load, which its workers are too slow for, and works it off', async () => {
    const workers = (cpus: number | null) =>
      Promise.all(['worker-1', 'worker-2'].map((box) => runtime.limit(id, box, cpus)));
    await workers(0.05);
    const result = await burst(runtime, state, {
      scenario: 'buy',
      rate: 5,
      times: 10,
      seconds: 8,
      sloMs: 1000,
      cold: true,
      signal,
      // They have fallen behind by now; from here on they are themselves again.
      onProgress: (what) => {
        if (what.includes('drains')) void workers(null);
      },
    });
    expect(result).toMatchObject({
      verdict: 'holds',
      faults: [],
      burst: { rate: 50, wrong: 0, dropped: 0 },
      mails: { missing: 0, doubled: 0, dead: 0 },
    });
    expect(result.waiting).toBeGreaterThan(100);
    expect(result.drainedMs).not.toBeNull();
  }, 150_000);

  it('counts what sells fast, and tells the storefront', async () => {
    expect(await untilDrained(runtime, state, { limitMs: 30_000, signal })).not.toBeNull();
    await until(
      'shows sell fast',
      async () => {
        const fast = (await (await ask('/selling-fast')).json()) as { showId: number; seats: number }[];
        return fast.length > 0 && fast.every(({ seats }) => seats >= 8);
      },
      10_000,
    );
  }, 60_000);

  it('puts a page together from both services, and from one where the other is down', async () => {
    type Page = { show: object | null; seats: object | null; selling: object | null; missing: string[] };
    const page = async () => {
      const answer = await ask('/pages/shows/1');
      return answer.ok ? ((await answer.json()) as Page) : null;
    };
    await until('the page is whole', async () => (await page())?.missing.length === 0, 15_000);
    expect(await page()).toMatchObject({ show: { id: 1 }, seats: { showId: 1 }, missing: [] });

    for (const box of ['reservations-1', 'reservations-2']) await runtime.kill(id, box);
    await until('the shows answer alone', async () => (await page())?.missing.join() === 'seats', 10_000);
    expect(await status('/shows/1')).toBe(200);
    expect(await status('/shows/1/seats')).toBe(503);
    for (const box of ['reservations-1', 'reservations-2']) await runtime.heal(id, box);

    for (const box of ['shows-1', 'shows-2']) await runtime.kill(id, box);
    await until('the seats answer alone', async () => (await page())?.missing.join() === 'show', 10_000);
    expect(await status('/shows/1/seats')).toBe(200);
    for (const box of ['shows-1', 'shows-2']) await runtime.heal(id, box);
    await until('the page is whole again', async () => (await page())?.missing.length === 0, 15_000);
  }, 120_000);
});
