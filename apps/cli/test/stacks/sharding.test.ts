import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLoad } from '../../src/measure/run.ts';
import type { SideSummary } from '../../src/measure/summary.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { auditShards } from '../../src/shards/ask-shards.ts';
import { rebalance, reshard } from '../../src/shards/reshard.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';

const runtime = nativeRuntime();
const id = { stage: 9, slot: 7 };
const signal = AbortSignal.timeout(500_000);
let state: StackState;

beforeAll(async () => {
  await runtime.down(id);
  state = await runtime.up(id.stage, { slot: id.slot, unlimited: true });
}, 240_000);
afterAll(() => runtime.down(id));

const inPlace = { misplaced: 0, disputed: 0, planless: 0 };
const holds = { verdict: 'holds', lost: 0, soldTwice: 0, shards: inPlace };
const ask = (path: string) => fetch(`${state.site}${path}`, { signal: AbortSignal.timeout(5000) });

/** People who look around and reserve, for as long as `work` takes. */
async function underLoad<Result>(
  work: () => Promise<Result>,
): Promise<{ summary: SideSummary; done: Result }> {
  const enough = new AbortController();
  const loading = runLoad(runtime, {
    scenario: 'mixed',
    mode: 'open',
    rate: 15,
    duration: 120,
    lead: 1,
    step: 60,
    sloMs: 1000,
    sides: [{ side: 'this', state }],
    disturbed: true,
    signal,
    enough: enough.signal,
  });
  try {
    await sleep(2500);
    const done = await work();
    // A fast machine has moved everything within a second: two seconds' worth of answers have to come all the same.
    await sleep(3000);
    enough.abort();
    const { sides } = await loading;
    if (sides.this === undefined) throw new Error('the run has no side');
    return { summary: sides.this.summary, done };
  } finally {
    // A test that fails leaves no load behind.
    enough.abort();
    await loading.catch(() => undefined);
  }
}

const moveTo = (to: number) => reshard(runtime, state, { to, undo: false, signal, onStep: () => undefined });

describe('stage 9', () => {
  it('has four shards with as many shows each, give or take one, and every row where the map says', async () => {
    const { shards, ...found } = await auditShards(runtime, state);
    expect(found).toMatchObject({ ...inPlace, version: 1 });
    expect(shards.map(({ number, buckets }) => ({ number, buckets }))).toEqual(
      [1, 2, 3, 4].map((number) => ({ number, buckets: 16 })),
    );
    expect(Math.max(...shards.map(({ rows }) => rows))).toBeLessThanOrEqual(11 * 500);
  });

  it('moves buckets to two more shards under load, loses nothing and fails nobody', async () => {
    const { summary, done } = await underLoad(() => moveTo(6));
    expect(done.shards).toEqual([1, 2, 3, 4, 5, 6].map((number) => `shard-${number}`));
    expect(done.moved.length).toBeGreaterThan(10);
    expect(Math.max(...done.moved.map(({ frozenMs }) => frozenMs ?? 0))).toBeLessThan(1000);
    expect(summary.requests).toBeGreaterThan(30);
    expect(summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
    expect(await verify(runtime, state)).toMatchObject(holds);
  });

  it('goes on where a reshard was cut short by kill -9', async () => {
    const { done } = await underLoad(async () => {
      // With their ordinary quota they give away their buckets more slowly than they are looked after.
      for (const box of ['shard-5', 'shard-6']) await runtime.limit(id, box, 'file');
      const cut = moveTo(4).then(
        () => 'done',
        (error: Error) => error.message,
      );
      await until('a move is under way', underWay, 30_000);
      await runtime.exec(state, 'relay', ['bash', '-c', KILL_MOVER]);
      expect(await cut).toContain('could not be asked to reshard');
      return await moveTo(4);
    });
    expect(done.resumed.length).toBeGreaterThan(0);
    expect(done.shards).toHaveLength(4);
    expect(await verify(runtime, state)).toMatchObject(holds);
  });

  it('moves the bucket of a hot show', async () => {
    const { map } = await rebalance(runtime, state, { show: 1, shard: 4 });
    const back = await rebalance(runtime, state, { show: 1, shard: 2 });
    expect(back.moved).toMatchObject([{ source: 4, target: 2, state: 'done' }]);
    expect(back.map.version).toBe(map.version + 1);
  });

  it('reports its turnover only to a request that reaches a box directly', async () => {
    expect((await ask('/reservations/report')).status).toBe(404);
    const box = state.boxes.find(({ name }) => name === 'reservations-1');
    const report = await fetch(`http://${box?.address}:8080/reservations/report`);
    expect(await report.json()).toMatchObject({ totals: expect.any(Array), missing: [] });
  });

  it('fails only the shows of a shard that is down, at once and by name, and sells them again after a heal', async () => {
    const token = await mailedLink('ada@example.com');
    await runtime.kill(id, 'shard-3');
    await until(
      'its breaker is open',
      async () => (await seats()).some(({ status }) => status === 503),
      5000,
    );
    const answers = await seats();
    const failed = answers.filter(({ status }) => status === 503);
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.length).toBeLessThan(15);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40 - failed.length);
    expect(failed[0]?.body).toMatchObject({ shard: 'shard-3', status: 503 });
    const waits = failed.map(({ ms }) => ms).sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(500);
    const mine = await fetch(`${state.site}/reservations`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await mine.json()).toMatchObject({ missing: ['shard-3'] });
    expect((await ask('/reservations?email=ada@example.com')).status).toBe(401);
    expect((await ask('/shows')).status).toBe(200);
    await runtime.heal(id, 'shard-3');
    await until(
      'all is sold again',
      async () => (await seats()).every(({ status }) => status === 200),
      10_000,
    );
    expect(await verify(runtime, state)).toMatchObject(holds);
  });
});

/** The token in the link to a buyer's reservations, as the mail box got it. */
async function mailedLink(email: string): Promise<string> {
  const asked = await fetch(`${state.site}/reservations/link`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email }),
  });
  expect(asked.status).toBe(202);
  let token: string | undefined;
  await until(
    'the link is mailed',
    async () => {
      const answer = await fetch(`${state.mail}/messages`);
      const { messages } = (await answer.json()) as { messages: { kind: string; text: string }[] };
      const text = messages.find(({ kind }) => kind === 'link')?.text ?? '';
      token = /#\/my\/(\S+)/.exec(text)?.[1];
      return token !== undefined;
    },
    20_000,
  );
  return token ?? '';
}

/** The seat maps of all forty shows, past the cache's reach: whoever missed nothing says so. */
async function seats() {
  return await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const began = performance.now();
      const response = await ask(`/shows/${index + 1}/seats`);
      const body = response.status === 503 ? ((await response.json()) as unknown) : await response.text();
      return { status: response.status, body, ms: performance.now() - began };
    }),
  );
}

async function underWay(): Promise<boolean> {
  const { code, stdout } = await runtime.exec(state, 'reservations-1', ['node', 'admin/shards.mjs', 'look']);
  if (code !== 0) return false;
  const { unfinished } = JSON.parse(stdout) as { unfinished: { state: string }[] };
  return unfinished.some((move) => move.state !== 'planned');
}

/** By its command line, without procps, which the boxes do not have. Only processes of the stack can be reached. */
const KILL_MOVER = `for each in /proc/[0-9]*; do
  tr '\\0' ' ' < $each/cmdline 2>/dev/null | grep -q "node admin/shards[.]mjs reshard" && kill -9 \${each#/proc/}
done; true`;
