import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheCounts, cacheUse } from '../../src/measure/cache-use.ts';
import { coldStart } from '../../src/measure/cold-start.ts';
import { load } from '../../src/measure/load.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { ageAfterSale } from '../../src/stage/age-after-sale.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';

const runtime = nativeRuntime();
const id = { stage: 5, slot: 6 };
const signal = AbortSignal.timeout(300_000);
let state: StackState;

const ask = (path: string) => fetch(`${state.entry}${path}`, { signal: AbortSignal.timeout(5000) });
const cacheSays = async (path: string) => (await ask(path)).headers.get('x-cache');

beforeAll(async () => {
  await runtime.down(id);
  state = await runtime.up(id.stage, { slot: id.slot, unlimited: true });
}, 180_000);
afterAll(() => runtime.down(id));

describe('stage 5', () => {
  it('answers what was asked before from Redis, whichever app is asked', async () => {
    await until('the cache is used', async () => (await cacheSays('/shows/1/seats')) === 'HIT', 5000);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('/shows/1/seats')));
    expect(new Set(answers.map((answer) => answer.headers.get('x-served-by'))).size).toBe(3);
    expect(answers.map((answer) => answer.headers.get('x-cache'))).toEqual(Array(12).fill('HIT'));
  });

  it('counts what the cache answered', async () => {
    const before = await cacheCounts(runtime, state);
    for (let read = 0; read < 10; read += 1) await ask('/shows/1/seats');
    const use = cacheUse(before, await cacheCounts(runtime, state));
    expect(use.hits + use.misses).toBe(10);
    expect(use.ratio).toBeGreaterThan(0.8);
  });

  it('shows nobody a sold seat as free for longer than the bound', async () => {
    const { ages, reads } = await ageAfterSale(state.entry, {
      rounds: 3,
      lookMs: 1000,
      mostMs: 10_000,
      signal,
    });
    expect(ages).toHaveLength(3);
    expect(reads).toBeGreaterThan(100);
    expect(Math.max(...ages)).toBeLessThanOrEqual(500);
  });

  it('survives an empty cache: each map is fetched a few times at most, and no answer is wrong', async () => {
    const { before, backAfterMs, readsWhileCold, load } = await coldStart(runtime, state, {
      rate: 60,
      sloMs: 1000,
      signal,
      onProgress: () => undefined,
    });
    expect(before.ratio).toBeGreaterThan(0.7);
    expect(backAfterMs).not.toBeNull();
    // 40 maps, and those that run out of time anyway.
    expect(readsWhileCold).toBeLessThan(150);
    expect(load.side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
  });

  it('sells and serves without Redis, and uses it again when it is back', async () => {
    await runtime.kill(id, 'cache');
    const without = await load(runtime, state, {
      scenario: 'mixed',
      rate: 10,
      duration: 5,
      sloMs: 1000,
      through: 'entry',
      cold: true,
      disturbed: true,
      signal,
    });
    expect(without.side.summary.requests).toBeGreaterThan(30);
    expect(without.side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
    expect(without.cache?.hits).toBe(0);
    await runtime.heal(id, 'cache');
    await until('the cache is used', async () => (await cacheSays('/shows/2/seats')) === 'HIT', 10_000);
    expect(await verify(runtime, state)).toMatchObject({ verdict: 'holds', lost: 0, soldTwice: 0 });
  });
});
