import { expect, it } from 'vitest';
import { look } from '../../src/failover/databases.ts';
import { failover } from '../../src/failover/failover.ts';
import { type LoadResult, load } from '../../src/measure/load.ts';
import { attemptsOf } from '../../src/regions/attempts.ts';
import { cutLink, mendLink } from '../../src/regions/link.ts';
import { siteOf } from '../../src/regions/site-of.ts';
import { untilBought } from '../../src/regions/until-bought.ts';
import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { projectName } from '../../src/runtime/native/addresses.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { rebalance, reshard } from '../../src/shards/reshard.ts';
import { boxesIn } from '../../src/stage/regions.ts';
import { readStage } from '../../src/stage/stages.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';
import { stillThere, volumesOf } from './hardening.ts';

const LONG_MS = 240_000;
const runtime = composeRuntime();

/** What a stage has that the ones before it have not: its own cases, on a stack that is up and has no quotas. */
export function ownCases(stage: number, stack: () => StackState): void {
  const now = async () => (await runtime.state(stack())) ?? stack();
  const ask = (signalMs: number) => ({ signal: AbortSignal.timeout(signalMs), onStep: () => undefined });
  const loaded = (scenario: string, duration: number): Promise<LoadResult> => {
    const loading = load(runtime, stack(), {
      scenario,
      rate: 5,
      duration,
      sloMs: 1000,
      through: 'entry',
      cold: true,
      disturbed: true,
      signal: AbortSignal.timeout(180_000),
    });
    // A case that fails first takes the stack down under it; who awaits it hears of it all the same.
    loading.catch(() => undefined);
    return loading;
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 2000));

  if (stage === 4)
    it(
      'gets over the death of its primary: a replica leads, the old one comes back as a replica',
      async () => {
        const done = await failover(runtime, await now(), { cutMs: 0, ...ask(100_000) });
        expect(done).toMatchObject({ from: 'db', sync: 'on', timeline: 2 });
        expect(done.firstWriteMs).toBeLessThan(10_000);
        expect(done.followers).toHaveLength(1);
        await runtime.heal(stack(), 'db');
        const [former] = await runtime.setAside(stack());
        expect(former).toMatchObject({ box: 'db', path: expect.stringMatching(/\.aside-\d+$/) });
        expect(former?.bytes).toBeGreaterThan(2 ** 20);
        const seen = await look(runtime, await now());
        expect(seen.find(({ name }) => name === 'db')?.role).toBe('standby');
        expect(seen.find(({ role }) => role === 'primary')?.name).toBe(done.to);
        await loaded('mixed', 5);
        expect(await verify(runtime, await now())).toMatchObject({
          verdict: 'holds',
          lost: 0,
          soldTwice: 0,
        });
      },
      LONG_MS,
    );

  if (stage === 7) {
    it(
      'with its regions cut off from each other, sells at home only; mended, everywhere',
      async () => {
        const file = await readStage(stage);
        await cutLink(runtime, stack());
        const attempts = await attemptsOf(file, stack(), AbortSignal.timeout(60_000));
        expect(attempts.map(({ region, request, status }) => [region, request, status])).toEqual([
          ['us', 'look at the seats', 200],
          ['us', 'buy a seat', 201],
          ['eu', 'look at the seats', 200],
          ['eu', 'buy a seat', 503],
        ]);
        await mendLink(runtime, stack());
        const signal = AbortSignal.timeout(60_000);
        expect(await untilBought(file, stack(), { limitMs: 20_000, signal })).not.toBeNull();
      },
      LONG_MS,
    );

    it(
      'loses the region eu: us serves its visitors within 5 s',
      async () => {
        const file = await readStage(stage);
        const site = siteOf(file, stack(), 'eu');
        const servedBy = async () =>
          (await fetch(`${site}/shows`, { signal: AbortSignal.timeout(2000) })).headers.get('x-region');
        expect(await servedBy()).toBe('eu');
        const lost = boxesIn(file, stack(), 'eu');
        await Promise.all(lost.map((box) => runtime.kill(stack(), box.name)));
        await until('us serves them', async () => (await servedBy().catch(() => null)) === 'us', 5000);
        await Promise.all(lost.map((box) => runtime.heal(stack(), box.name)));
        await until('eu serves them again', async () => (await servedBy()) === 'eu', 10_000);
      },
      LONG_MS,
    );

    it(
      'loses its home region: the other one decides, and the old home comes back as a copy',
      async () => {
        const lost = boxesIn(await readStage(stage), stack(), 'us');
        await Promise.all(lost.map((box) => runtime.kill(stack(), box.name)));
        const done = await failover(runtime, await now(), { cutMs: 0, ...ask(100_000) });
        expect(done).toMatchObject({ from: 'db-us', to: 'db-eu', sync: 'off', timeline: 2 });
        expect(done.firstWriteMs).toBeLessThan(10_000);
        await Promise.all(lost.map((box) => runtime.heal(stack(), box.name)));
        const seen = await look(runtime, await now());
        expect(seen.map(({ name, role }) => [name, role])).toEqual([
          ['db-us', 'standby'],
          ['db-eu', 'primary'],
        ]);
        await loaded('mixed', 5);
        expect(await verify(runtime, await now())).toMatchObject({
          verdict: 'holds',
          soldTwice: 0,
          copies: [{ state: 'same' }, { state: 'primary' }],
        });
      },
      LONG_MS,
    );
  }

  if (stage === 8)
    it(
      'mails every ticket once, whoever is killed',
      async () => {
        const loading = loaded('buy', 20);
        for (const box of ['worker-2', 'broker', 'relay']) {
          await pause();
          await runtime.kill(stack(), box);
          await runtime.heal(stack(), box);
        }
        expect((await loading).side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
        const verified = await verify(runtime, await now());
        expect(verified).toMatchObject({
          verdict: 'holds',
          lost: 0,
          soldTwice: 0,
          mails: { missing: 0, doubled: 0 },
        });
        expect(verified.mails?.expected).toBeGreaterThan(50);
      },
      LONG_MS,
    );

  if (stage === 8)
    it(
      'scales one service after another',
      async () => {
        const count = (state: StackState, service: string) =>
          state.boxes.filter((box) => box.service === service).length;
        await runtime.scale(stack(), 'worker', 1);
        const scaled = await runtime.scale(stack(), 'reservations', 2);
        expect([count(scaled, 'worker'), count(scaled, 'reservations')]).toEqual([1, 2]);
      },
      LONG_MS,
    );

  if (stage === 9)
    it(
      'grows to six shards while it sells, moves one show, and shrinks back; every row is where the map says',
      async () => {
        const loading = loaded('mixed', 20);
        await pause();
        const named = (count: number) => Array.from({ length: count }, (_, index) => `shard-${index + 1}`);
        const grown = await reshard(runtime, stack(), { to: 6, undo: false, ...ask(120_000) });
        expect(grown.shards).toEqual(named(6));
        expect(Math.max(...grown.moved.map(({ frozenMs }) => frozenMs ?? 0))).toBeLessThan(1000);
        expect((await loading).side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
        const moved = await rebalance(runtime, await now(), { show: 1, shard: undefined });
        expect(moved.moved).toHaveLength(1);
        const volumes = volumesOf(`${projectName(stage, stack().slot)}-shard-6`);
        expect(stillThere(volumes)).toHaveLength(1);
        const shrunk = await reshard(runtime, await now(), { to: 4, undo: false, ...ask(120_000) });
        expect(shrunk.shards).toEqual(named(4));
        expect(stillThere(volumes)).toEqual([]);
        expect(await verify(runtime, await now())).toMatchObject({
          verdict: 'holds',
          lost: 0,
          soldTwice: 0,
          shards: { misplaced: 0, disputed: 0, planless: 0 },
        });
      },
      LONG_MS,
    );
}
