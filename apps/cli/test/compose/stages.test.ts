import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look } from '../../src/failover/databases.ts';
import { failover } from '../../src/failover/failover.ts';
import { type LoadResult, load } from '../../src/measure/load.ts';
import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { projectName } from '../../src/runtime/native/addresses.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { verify } from '../../src/verify/verify.ts';
import { until } from '../runtime/until.ts';
import { describeWithEngine } from './gate.ts';
import { confinements, leftOf } from './hardening.ts';

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
};

describeWithEngine('every stage on a Docker engine', () => {
  describe.each([1, 2, 3, 4, 5, 6])('stage %i', (stage) => {
    const id = { stage, slot: SLOT };
    const runtime = composeRuntime();
    const victim = VICTIM[stage] ?? '';
    let state: StackState;

    const run = (through: 'entry' | 'site', duration: number): Promise<LoadResult> =>
      load(runtime, state, {
        scenario: 'mixed',
        rate: 5,
        duration,
        sloMs: 200,
        through,
        signal: AbortSignal.timeout(120_000),
      });
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
      for (const box of state.boxes) {
        const { stdout } = await runtime.exec(id, box.name, ['id', '-u']);
        expect(Number(stdout), `uid of ${box.name}`).toBeGreaterThan(0);
      }
    });

    it('answers load from the load box, right', async () => {
      const { side } = await run('entry', 5);
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
      for (const box of state.boxes) {
        if (box.cpus === null) continue;
        const { stdout } = await runtime.exec(id, box.name, ['sh', '-c', script]);
        const [quota, period] = stdout.trim().split(' ').map(Number);
        expect({ box: box.name, cpus: (quota ?? 0) / (period ?? 1), period }).toEqual({
          box: box.name,
          cpus: box.cpus,
          period: 50_000,
        });
      }
    });

    it('answers load through the published port within its quotas, and sells no seat twice', async () => {
      const { side } = await run('site', 10);
      expect(side.summary.requests).toBeGreaterThan(40);
      expect(side.summary.wrong).toEqual({ transport: 0, status: 0, shape: 0 });
      const verified = await verify(runtime, state);
      // The warm-up, the load before this one, and this one.
      expect(verified).toMatchObject({ verdict: 'holds', runs: 3 });
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

    if (stage === 4)
      it(
        'gets over the death of its primary: a replica leads, the old one comes back as a replica',
        async () => {
          const request = { cutMs: 0, signal: AbortSignal.timeout(100_000), onStep: () => undefined };
          const done = await failover(runtime, state, request);
          expect(done).toMatchObject({ from: 'db', sync: 'on', timeline: 2 });
          expect(done.firstWriteMs).toBeLessThan(10_000);
          expect(done.followers).toHaveLength(1);
          await runtime.heal(id, 'db');
          const now = (await runtime.state(id)) ?? state;
          const seen = await look(runtime, now);
          expect(seen.find(({ name }) => name === 'db')?.role).toBe('standby');
          expect(seen.find(({ role }) => role === 'primary')?.name).toBe(done.to);
          await run('site', 5);
          expect(await verify(runtime, now)).toMatchObject({ verdict: 'holds', lost: 0, soldTwice: 0 });
        },
        LONG_MS,
      );
  });
});
