import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadResult, load } from '../../src/measure/load.ts';
import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { projectName } from '../../src/runtime/native/addresses.ts';
import type { Box, StackState } from '../../src/runtime/runtime.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';
import { confinements, leftOf } from './hardening.ts';
import { ownCases } from './own-cases.ts';

const SLOT = 8;
const LONG_MS = 240_000;
/** The box whose loss each stage survives, or at least recovers from. */
const VICTIM: Readonly<Record<number, string>> = {
  1: 'single',
  2: 'app',
  3: 'app-2',
  4: 'replica-1',
  5: 'cache',
  6: 'edge-eu',
  7: 'app-eu-1',
  8: 'worker-1',
  9: 'shard-3',
};

/** What every stage must do on a Docker engine, and what it has of its own. */
export function stageCases(stages: readonly number[]): void {
  describe.each(stages)('stage %i', (stage) => {
    const id = { stage, slot: SLOT };
    const runtime = composeRuntime();
    const victim = VICTIM[stage] ?? '';
    let state: StackState;

    const run = (through: 'entry' | 'site', how: { rate: number } | { vus: number }): Promise<LoadResult> =>
      load(runtime, state, {
        scenario: 'mixed',
        ...how,
        duration: 4,
        sloMs: 200,
        through,
        // The first load warms up the boxes, still without quotas, for the second.
        cold: true,
        signal: AbortSignal.timeout(120_000),
      });
    /** What a command says in each of these boxes, by name. */
    const inEach = async (boxes: readonly Box[], argv: readonly string[]) =>
      new Map(
        await Promise.all(
          boxes.map(async ({ name }) => [name, (await runtime.exec(id, name, argv)).stdout] as const),
        ),
      );
    const victimState = async () =>
      (await runtime.state(id))?.boxes.find((box) => box.name === victim)?.state;

    beforeAll(async () => {
      await runtime.down(id);
      state = await runtime.up(stage, { slot: SLOT, unlimited: true });
    }, LONG_MS);
    afterAll(async () => {
      await runtime.down(id);
      expect(leftOf(projectName(stage, SLOT))).toEqual([]);
    }, LONG_MS);

    it('serves a real page through its published port', async () => {
      const page = await fetch(state.site, { signal: AbortSignal.timeout(10_000) });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toContain('text/html');
      const shows = await fetch(`${state.site}/shows`, { signal: AbortSignal.timeout(10_000) });
      expect(await shows.json()).toEqual(expect.arrayContaining([expect.objectContaining({ id: 1 })]));
    });

    it('confines every box: an ordinary user, a read-only root, no capabilities, no new ones', async () => {
      for (const [name, confined] of Object.entries(confinements(projectName(stage, SLOT)))) {
        expect({ name, ...confined }).toMatchObject({
          readOnly: true,
          capDrop: ['ALL'],
          capAdd: [],
          privileged: false,
          securityOpt: ['no-new-privileges:true'],
        });
      }
      const users = await inEach(state.boxes, ['id', '-u']);
      for (const [box, uid] of users) expect(Number(uid), `uid of ${box}`).toBeGreaterThan(0);
    });

    it('answers load from the load box, right', async () => {
      const { side } = await run('entry', { vus: 4 });
      expect(side.summary.requests).toBeGreaterThan(20);
      expect(side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
    });

    it('has its quotas in the kernel, as the box itself sees them', async () => {
      await runtime.limit(id, 'all', 'file');
      state = (await runtime.state(id)) ?? state;
      expect(new Set(state.boxes.filter((box) => box.cpus !== null).map((box) => box.kind))).toContain(
        stage === 1 ? 'single' : 'app',
      );
      const script =
        'cat /sys/fs/cgroup/cpu.max 2> /dev/null || echo $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us)';
      const limited = state.boxes.filter(({ cpus }) => cpus !== null);
      for (const [box, said] of await inEach(limited, ['sh', '-c', script])) {
        const [quota, period] = said.trim().split(' ').map(Number);
        const cpus = limited.find(({ name }) => name === box)?.cpus;
        expect({ box, cpus: (quota ?? 0) / (period ?? 1), period }).toEqual({ box, cpus, period: 50_000 });
      }
    });

    it('answers load through the published port within its quotas, and sells no seat twice', async () => {
      const { side } = await run('site', { rate: 5 });
      expect(side.summary.requests).toBeGreaterThan(16);
      expect(side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
      // What was sold is counted by the boxes themselves: with a twelfth of a core it would only take longer.
      await runtime.limit(id, 'all', null);
      const verified = await verify(runtime, state);
      // The load before this one, and this one.
      expect(verified).toMatchObject({ verdict: 'holds', runs: 2 });
      expect(verified.acknowledged).toBeGreaterThan(0);
    });

    it(`gets over the loss of ${victim}, with nothing lost`, async () => {
      await runtime.kill(id, victim);
      expect(await victimState()).toBe('killed');
      if (stage > 2) expect((await fetch(`${state.site}/shows`)).status).toBe(200);
      await runtime.heal(id, victim);
      await until(
        'the site answers',
        async () => (await fetch(state.site).catch(() => null))?.status === 200,
        10_000,
      );
      expect(await verify(runtime, state)).toMatchObject({ verdict: 'holds', lost: 0, soldTwice: 0 });
    });

    ownCases(stage, () => state);
  });
}
