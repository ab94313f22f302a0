import { expect, it } from 'vitest';
import type { Amount, BootRequest, measureBoot } from '../../src/check/boot.ts';
import { besideReference, versions } from '../../src/check/contenders-of.ts';
import type { Boot } from '../../src/check/valid-boot.ts';
import { measureValidBoot } from '../../src/check/valid-boot.ts';
import type { Limiter, Runtime } from '../../src/runtime/runtime.ts';
import { bootOf } from './boots.ts';

const FAST: Amount = { rates: { this: 800 }, users: { this: 12 } };
const SLOW: Amount = { rates: { this: 500 }, users: { this: 8 } };
const RUNTIME = {} as Runtime;

/** Boots that are void for these reasons, in turn, on a machine whose own rate is the slow one. */
function machineOf(limiter: Limiter, ...whys: (readonly string[])[]) {
  const asked: (Amount | undefined)[] = [];
  const measure: typeof measureBoot = async (_runtime, { amount }) => {
    const why = whys[asked.length] ?? [];
    asked.push(amount);
    const running = [{ role: 'this', stage: 5, state: { limiter } }] as unknown as Boot['running'];
    return { figures: bootOf({ this: 1000 }, { why }), amount: amount ?? SLOW, running };
  };
  return { asked, measure };
}

const request: BootRequest = {
  scenario: 'mixed',
  contenders: versions(5, '/another'),
  amount: FAST,
  signal: new AbortController().signal,
  onProgress: (what) => expect(what).toContain('taken once more: '),
};

it('a void boot is taken once more at a rate of its own, and the next ones go on with that', async () => {
  const { asked, measure } = machineOf('cgroup-v2', ['k6 dropped 27 iterations'], []);
  const boot = await measureValidBoot(RUNTIME, request, measure);
  expect(asked).toEqual([FAST, undefined]);
  expect(boot.figures.why).toEqual([]);
  expect(boot.leftOut).toEqual(['k6 dropped 27 iterations']);
  expect(boot.amount).toEqual(SLOW);
});

it('beside the reference the rate stays: their ratio depends on it', async () => {
  const { asked, measure } = machineOf('cgroup-v2', ['k6 dropped 27 iterations'], []);
  const boot = await measureValidBoot(RUNTIME, { ...request, contenders: besideReference(5) }, measure);
  expect(asked).toEqual([FAST, FAST]);
  expect(boot.amount).toEqual(FAST);
});

it('a valid boot keeps the rate that it was given', async () => {
  const { asked, measure } = machineOf('cgroup-v2', []);
  const boot = await measureValidBoot(RUNTIME, request, measure);
  expect(asked).toEqual([FAST]);
  expect(boot).toMatchObject({ amount: FAST, leftOut: [] });
});

it('without quotas no other boot would be better: one is enough', async () => {
  const { asked, measure } = machineOf('none', ['nothing holds the boxes to their quotas'], []);
  const boot = await measureValidBoot(RUNTIME, request, measure);
  expect(asked).toEqual([FAST]);
  expect(boot.figures.why).toHaveLength(1);
});

it('a machine that is too slow voids both, and the second says why', async () => {
  const { asked, measure } = machineOf('cgroup-v2', ['first'], ['second']);
  const boot = await measureValidBoot(RUNTIME, request, measure);
  expect(asked).toHaveLength(2);
  expect(boot.figures.why).toEqual(['second']);
  expect(boot.leftOut).toEqual(['first']);
});
