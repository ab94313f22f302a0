import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { innerSite } from '../../src/regions/inner-site.ts';
import type { Box, Runtime, StackState } from '../../src/runtime/runtime.ts';
import { askFor, delta } from './delta.ts';
import { until } from './until.ts';

/** A slot of its own: a learner's stacks, and those of other tests, are left alone. */
const SLOT = 7;
const BOOT_MS = 180_000;

/**
 * What the verbs rely on, whatever runs the boxes. Both runtimes pass this.
 *
 * @param stages stage 3 has services of several instances; stage 2 has none
 */
export function runtimeContract(name: string, makeRuntime: () => Runtime, stages: readonly (2 | 3)[]): void {
  describe.each(stages)(`${name} runtime, stage %i`, (stage) => {
    const id = { stage, slot: SLOT };
    const runtime = makeRuntime();
    let state: StackState;

    const boxes = async (): Promise<readonly Box[]> => (await runtime.state(id))?.boxes ?? [];
    const box = async (which: string): Promise<Box | undefined> =>
      (await boxes()).find((each) => each.name === which);
    const becomes = (which: string, wanted: Box['state']) =>
      until(`${which} is ${wanted}`, async () => (await box(which))?.state === wanted, 60_000);
    const page = () => fetch(state.site, { signal: AbortSignal.timeout(10_000) });
    const app = stage === 2 ? 'app' : 'app-2';

    beforeAll(async () => {
      await runtime.down(id);
      state = await runtime.up(stage, { slot: SLOT });
    }, BOOT_MS);
    afterAll(async () => {
      await runtime.down(id);
    }, BOOT_MS);

    it('comes up with every box ready, under the names and quotas of the file', async () => {
      const expected = stage === 2 ? ['app', 'db', 'mail'] : ['lb', 'app-1', 'app-2', 'app-3', 'db', 'mail'];
      expect(state.boxes.map((each) => each.name)).toEqual(expected);
      expect(new Set(state.boxes.map((each) => each.state))).toEqual(new Set(['ready']));
      expect(state).toMatchObject({
        stage,
        slot: SLOT,
        runtime: name,
        site: `http://localhost:${15_000 + stage}`,
      });
      expect(state.readyMs).toBeGreaterThan(0);
      expect(await runtime.setAside(id)).toEqual([]);
      if (state.limiter === 'none') return;
      expect(Object.fromEntries(state.boxes.map((each) => [each.kind, each.cpus]))).toMatchObject({
        app: 0.12,
        db: 0.085,
        mail: null,
      });
    });

    it('serves a real page as soon as it is up', async () => {
      const answer = await page();
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('<!doctype html>');
    });

    it('is found again by another command, with the same times', async () => {
      const again = await makeRuntime().state(id);
      expect(again).toMatchObject({ startedAt: state.startedAt, readyMs: state.readyMs, entry: state.entry });
    });

    it('refuses a second start, and goes on running', async () => {
      await expect(runtime.up(stage, { slot: SLOT })).rejects.toThrow(/running already/);
      expect((await page()).status).toBe(200);
    });

    it('runs a command inside a box: its environment, its input, its exit status', async () => {
      const said = await runtime.exec(
        id,
        app,
        ['sh', '-c', 'cat; echo "$DATABASE_URL"; echo no >&2; exit 3'],
        {
          input: 'in\n',
        },
      );
      expect(said).toEqual({ code: 3, stdout: expect.stringMatching(/^in\npostgres:\/\//), stderr: 'no\n' });
    });

    it('keeps the lines of each box', async () => {
      const lines: string[] = [];
      for await (const line of runtime.logs(id, { boxes: ['db'] })) lines.push(line);
      expect(lines.join('\n')).toMatch(/^db\s+\| .*ready to accept connections/m);
      expect(lines.every((line) => line.startsWith('db'))).toBe(true);
    });

    it('leaves a killed box down until it is healed', async () => {
      await runtime.kill(id, app);
      await becomes(app, 'killed');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect((await box(app))?.state).toBe('killed');
      await runtime.heal(id, app);
      expect((await box(app))?.state).toBe('ready');
      if (stage === 2) expect((await page()).status).toBe(200);
    });

    it('pauses a box, which hangs until it is resumed or healed, and can be killed', async () => {
      await runtime.faults.pause(id, 'db');
      expect((await box('db'))?.state).toBe('paused');
      await expect(
        fetch(`${state.entry}/shows`, { signal: AbortSignal.timeout(1500) }).then((answer) => {
          if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
        }),
      ).rejects.toThrow();
      await runtime.faults.resume(id, 'db');
      await becomes('db', 'ready');
      await runtime.faults.resume(id, 'db');
      await runtime.faults.pause(id, app);
      await runtime.heal(id, app);
      expect((await box(app))?.state).toBe('ready');
      await runtime.faults.pause(id, app);
      await runtime.kill(id, app);
      await becomes(app, 'killed');
      await runtime.heal(id, app);
      expect(runtime.faults.can('pause')).toBe(true);
      expect(runtime.faults.can('clock-step')).toMatch(/clock/);
    });

    it('brings a box back whose main process ended by itself', async () => {
      const before = (await box(app))?.restarts ?? 0;
      await runtime.signal(id, app, 'SIGTERM');
      await until(`${app} was restarted`, async () => ((await box(app))?.restarts ?? 0) > before, 30_000);
      await becomes(app, 'ready');
    });

    it('restarts a box on request, without counting it as a fault', async () => {
      const before = await box(app);
      await runtime.restart(id, app);
      const after = await box(app);
      expect(after?.state).toBe('ready');
      expect(after?.pid).not.toBe(before?.pid);
      expect(after?.restarts).toBeLessThanOrEqual(before?.restarts ?? 0);
    });

    it('holds a box to its quota, and says how long it stood', async (context) => {
      if (state.limiter === 'none') return context.skip('nothing here can cap CPU');
      // Less than the kernel's least quota in the file's period.
      await runtime.limit(id, app, 0.01);
      expect((await box(app))?.cpus).toBeCloseTo(0.01, 3);
      await runtime.limit(id, app, 0.05);
      expect((await box(app))?.cpus).toBeCloseTo(0.05, 3);
      const used = await delta(runtime, id, app, async () => {
        const site = await innerSite(state);
        await Promise.all(Array.from({ length: 12 }, () => askFor(3000, `${site}/shows`)));
      });
      expect(used.cpuShare).toBeGreaterThan(0.02);
      expect(used.cpuShare).toBeLessThan(0.1);
      expect(used.throttledPeriods).toBeGreaterThan(10);
      expect(used.throttledMicros).toBeGreaterThan(100_000);
      await runtime.limit(id, app, null);
      expect((await box(app))?.cpus).toBeNull();
      await runtime.limit(id, 'all', 'file');
      expect((await box(app))?.cpus).toBeCloseTo(0.12, 3);
    });

    if (stage === 3)
      it('runs more and fewer instances of a service', async () => {
        const names = (now: StackState) =>
          now.boxes.filter((each) => each.service === 'app').map((each) => each.name);
        const more = await runtime.scale(id, 'app', 4);
        expect(names(more)).toEqual(['app-1', 'app-2', 'app-3', 'app-4']);
        expect(more.boxes.find((each) => each.name === 'app-4')).toMatchObject({
          state: 'ready',
          cpus: state.limiter === 'none' ? null : 0.12,
        });
        expect(names(await runtime.scale(id, 'app', 3))).toEqual(['app-1', 'app-2', 'app-3']);
        await expect(runtime.scale(id, 'db', 2)).rejects.toThrow(/db/);
      });

    it('refuses a box that is not there, naming those that are', async () => {
      await expect(runtime.kill(id, 'app-9')).rejects.toMatchObject({ name: 'Failure' });
      await expect(runtime.exec(id, 'nobody', ['true'])).rejects.toMatchObject({ name: 'Failure' });
    });

    it('lets no database follow another one where there is only one', async () => {
      await expect(runtime.follow(id, 'db', null)).rejects.toThrow(/not one of several databases/);
      await expect(runtime.follow(id, app, 'db')).rejects.toMatchObject({ name: 'Failure' });
    });

    it('goes down with everything, also a paused box, once', async () => {
      await runtime.faults.pause(id, app);
      expect(await runtime.down(id)).toBe(true);
      expect(await runtime.state(id)).toBeNull();
      await expect(page()).rejects.toThrow();
      expect(await runtime.down(id)).toBe(false);
      await expect(runtime.usage(id)).rejects.toThrow(/not running/);
    });
  });
}
