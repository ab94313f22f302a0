import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AutoscaleRequest, autoscale } from '../../src/autoscale/autoscale.ts';
import { boxesOf, type Step } from '../../src/autoscale/change-boxes.ts';
import { type Rules, readRules } from '../../src/autoscale/rules.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { eventually, leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const STACK = { stage: 3, slot: 6 } as const;
/** The rules' minute is four seconds. */
const SPEED = 15;

let rules: Rules;
let state: StackState;

beforeAll(async () => {
  rules = await readRules();
  await runtime.down(STACK);
  state = await runtime.up(STACK.stage, { slot: STACK.slot });
});
afterAll(async () => {
  await runtime.down(STACK);
  expect(leftovers(STACK.stage, STACK.slot)).toEqual([]);
});

let ended: AbortController;
let steps: Step[];
let request: AutoscaleRequest;
beforeEach(() => {
  ended = new AbortController();
  steps = [];
  request = {
    rules,
    services: ['app'],
    speed: SPEED,
    signal: ended.signal,
    onStep: (step) => steps.push(step),
    onNote: () => undefined,
  };
});

const apps = async () => boxesOf(await runtime.state(STACK), 'app');
const THREE = ['app-1', 'app-2', 'app-3'];

/** Visitors who ask again as soon as they are answered, or `pauseMs` later, until `enough`. */
async function visit(visitors: number, pauseMs: number, enough: AbortSignal): Promise<number[]> {
  const statuses: number[] = [];
  const one = async (): Promise<void> => {
    while (!enough.aborted) {
      const answer = await fetch(`${state.entry}/shows/1`, { signal: AbortSignal.timeout(10_000) });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  await Promise.all(Array.from({ length: visitors }, one));
  return statuses;
}

describe('following the rules', () => {
  it('a load that rises and falls: boxes come and go by the rules, and nobody is refused', async () => {
    const scaling = autoscale(runtime, state, request);
    const crowdLeft = new AbortController();
    const crowd = visit(12, 0, crowdLeft.signal);
    await eventually('more boxes', () => steps.length === 1, 20_000);
    crowdLeft.abort();
    const few = visit(1, 100, ended.signal);
    await eventually('fewer boxes', () => steps.length === 2, 60_000);
    ended.abort();
    const result = await scaling;
    expect(steps).toMatchObject([
      { change: 'add', rule: 'above', from: 3, to: 5, boxes: ['app-4', 'app-5'] },
      { change: 'remove', rule: 'below', from: 5, to: 3, boxes: ['app-4', 'app-5'] },
    ]);
    expect(steps[0]?.average).toBeGreaterThan(rules.above.average);
    expect(steps[1]?.average).toBeLessThan(rules.below.average);
    expect(result).toMatchObject({ start: { app: 3 }, end: { app: 3 }, steps });
    expect(await apps()).toEqual(THREE);
    expect(new Set([...(await crowd), ...(await few)])).toEqual(new Set([200]));
  });

  it('a sale has its boxes before anybody comes; ended by Ctrl-C, what was added is taken back', async () => {
    const [sale] = rules.scheduled;
    const scaling = autoscale(runtime, state, { ...request, clock: Date.parse(sale?.from ?? '') });
    const asked = visit(2, 50, ended.signal);
    await eventually('boxes for the sale', () => steps.length === 1, 20_000);
    expect((await apps()).length).toBe(6);
    await expect(autoscale(runtime, state, request)).rejects.toThrow(
      /is scaled by rules already, by process/,
    );
    ended.abort();
    await scaling;
    expect(steps).toMatchObject([
      { change: 'add', rule: 'scheduled', from: 3, to: 6 },
      { change: 'remove', rule: 'end', from: 6, to: 3, boxes: ['app-4', 'app-5', 'app-6'] },
    ]);
    expect(await apps()).toEqual(THREE);
    expect(new Set(await asked)).toEqual(new Set([200]));
  });

  it('more boxes of which one cannot start: none of them stays', async () => {
    const scaling = runtime.scale(STACK, 'app', 5);
    scaling.catch(() => undefined);
    await eventually('a fourth', async () => (await apps()).includes('app-4'));
    await runtime.kill(STACK, 'app-4');
    await expect(scaling).rejects.toThrow(/app-4 was killed/);
    expect(await apps()).toEqual(THREE);
    expect(boxesOf(await runtime.scale(STACK, 'app', 4), 'app')).toEqual([...THREE, 'app-4']);
    await runtime.scale(STACK, 'app', 3);
  });

  it('other numbers of boxes than the rules allow are refused before anything starts', async () => {
    const tight = { ...rules, boxes: { least: 4, most: 6 } };
    await expect(autoscale(runtime, state, { ...request, rules: tight })).rejects.toMatchObject({
      message: 'Stage 3 runs 3 boxes of app, and the rules want 4 to 6.',
      next: expect.stringContaining('scale app 4'),
    });
    const wide = { ...rules, boxes: { least: 2, most: 9 } };
    await expect(autoscale(runtime, state, { ...request, rules: wide })).rejects.toThrow(/knows 6/);
  });
});
