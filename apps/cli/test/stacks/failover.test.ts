import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyAgain } from '../../src/failover/copy-again.ts';
import { guard, look } from '../../src/failover/databases.ts';
import { type Failover, failover } from '../../src/failover/failover.ts';
import { journalPath, readJournal, writeJournal } from '../../src/failover/journal.ts';
import { type LoadResult, load } from '../../src/measure/load.ts';
import { recordsFolder } from '../../src/measure/stack-records.ts';
import { wrongAnswers } from '../../src/measure/summary.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { readCopies } from '../../src/verify/copies.ts';
import { verify } from '../../src/verify/verify.ts';
import { runStage } from '../main/run-stage.ts';
import { until } from '../runtime/until.ts';
import { leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const UP_MS = 240_000;
const LONG_MS = 120_000;
let state: StackState;

const id = { stage: 4, slot: 6 };
const now = async (): Promise<StackState> => (await runtime.state(id)) ?? state;
const stateOf = async (name: string) => (await now()).boxes.find((box) => box.name === name)?.state;
const fail = async (cutMs = 0): Promise<Failover> =>
  failover(runtime, await now(), { cutMs, signal: AbortSignal.timeout(60_000), onStep: () => undefined });
const roles = async () =>
  Object.fromEntries((await look(runtime, await now())).map(({ name, role }) => [name, role]));
const becomes = (wanted: Awaited<ReturnType<typeof roles>>) =>
  until(JSON.stringify(wanted), async () => JSON.stringify(await roles()) === JSON.stringify(wanted), 15_000);

async function start(environment: Record<string, string> = {}): Promise<void> {
  await runtime.down(id);
  state = await runtime.up(id.stage, { slot: id.slot, unlimited: true, environment });
}

async function end(): Promise<void> {
  await runtime.down(id);
  await rm(recordsFolder(id), { recursive: true, force: true });
  await rm(`${journalPath(id)}.json`, { force: true });
  expect(leftovers(id.stage, id.slot)).toEqual([]);
}

/** A load of so many seconds; `meanwhile` begins a second after it did. */
async function underLoad(seconds: number, meanwhile: () => Promise<unknown>): Promise<LoadResult> {
  let done: Promise<unknown> = Promise.resolve();
  const result = await load(runtime, state, {
    scenario: 'mixed',
    rate: 30,
    duration: seconds,
    sloMs: 200,
    through: 'entry',
    disturbed: true,
    cold: true,
    signal: AbortSignal.timeout(100_000),
    onStart: () => {
      done = new Promise((resolve) => setTimeout(resolve, 3000)).then(meanwhile);
    },
  });
  await done;
  return result;
}

describe.sequential('a primary that dies under load, each commit confirmed by a replica', () => {
  beforeAll(() => start(), UP_MS);
  afterAll(end);

  it(
    'is replaced: writes are back within 10 s, reads never stop, nothing is lost',
    async () => {
      const done: Failover[] = [];
      const result = await underLoad(20, async () => done.push(await fail()));
      expect(done[0]).toMatchObject({ from: 'db', sync: 'on', timeline: 2, resumed: false });
      expect(done[0]?.firstWriteMs).toBeLessThan(10_000);
      expect(done[0]?.followers).toHaveLength(1);
      const { summary } = result.side;
      // Only purchases may fail, and only while nobody leads.
      expect(wrongAnswers(summary)).toBeLessThanOrEqual((summary.requests / 10) * 0.5);
      expect(await verify(runtime, state)).toMatchObject({
        verdict: 'holds',
        lost: 0,
        soldTwice: 0,
        failovers: [{ from: 'db', to: done[0]?.to, sync: 'on' }],
      });
    },
    LONG_MS,
  );

  it(
    'is fenced: it comes back as a replica, is read from, and may lead again',
    async () => {
      const { past } = await readJournal(await now());
      const leader = past[0]?.to ?? '';
      await runtime.heal(id, 'db');
      expect(await roles()).toEqual({
        db: 'standby',
        'replica-1': 'standby',
        'replica-2': 'standby',
        [leader]: 'primary',
      });
      // However it is started: also killed and started once more it does not remember that it led.
      await runtime.kill(id, 'db');
      await runtime.heal(id, 'db');
      expect((await roles()).db).toBe('standby');
      // Its own process dies: the restart policy brings it back, and as a replica.
      await runtime.signal(id, 'db', 'SIGQUIT');
      await until(
        'db was restarted',
        async () =>
          (await now()).boxes.some((box) => box.name === 'db' && box.restarts > 0 && box.state === 'ready'),
        20_000,
      );
      expect((await roles()).db).toBe('standby');

      const other = leader === 'replica-1' ? 'replica-2' : 'replica-1';
      await runtime.kill(id, other);
      expect(await fail()).toMatchObject({
        from: leader,
        to: 'db',
        sync: 'suspended',
        silent: [other],
        followers: [],
      });
      await runtime.heal(id, other);
      expect(await guard(runtime, await now())).toBe(true);
      await runtime.heal(id, leader);
      await becomes({ db: 'primary', 'replica-1': 'standby', 'replica-2': 'standby' });
    },
    LONG_MS,
  );

  it(
    'is not replaced while a sale may be only on a replica that does not answer, and nothing is touched',
    async () => {
      const leader = (await readJournal(await now())).past.at(-1)?.to ?? '';
      const [absent = '', only = ''] = ['db', 'replica-1', 'replica-2'].filter((name) => name !== leader);
      await runtime.kill(id, absent);
      const key = { 'Content-Type': 'application/json', 'Idempotency-Key': 'only-one-replica-has-it' };
      const order = { showId: 9, seats: [9], name: 'Ada', email: 'ada@example.com', ticket: 'box-office' };
      const sold = await fetch(`${state.site}/reservations`, {
        method: 'POST',
        headers: key,
        body: JSON.stringify(order),
      });
      const { id: reservation, token } = (await sold.json()) as { id: string; token: string };
      await runtime.kill(id, only);
      await runtime.kill(id, leader);
      await runtime.heal(id, absent);
      await expect(fail()).rejects.toThrow(new RegExp(`could lose acknowledged sales.*${only}`));
      expect((await readJournal(await now())).underWay).toBeNull();
      await runtime.heal(id, only);
      const done = await fail();
      expect(done).toMatchObject({ from: leader, to: only, lossy: false });
      const headers = { Authorization: `Bearer ${token}` };
      expect((await fetch(`${state.site}/reservations/${reservation}`, { headers })).status).toBe(200);
      await runtime.heal(id, leader);
    },
    LONG_MS,
  );

  it(
    'two failovers at once: the second one is refused',
    async () => {
      const [first, second] = await Promise.allSettled([fail(), fail()]);
      expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
      const refused = first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
      expect(String(refused)).toMatch(/is failing over already, by process \d+/);
      await runtime.heal(id, (await readJournal(await now())).past.at(-1)?.from ?? '');
    },
    LONG_MS,
  );

  it(
    'a failover that was cut short is completed by the next one, and until then nothing else may lead',
    async () => {
      const from = (await readJournal(await now())).past.at(-1)?.to ?? '';
      // As far as it comes before the promotion: written down, fenced, power cut.
      await writeJournal(state, { ...(await readJournal(state)), underWay: from });
      await runtime.follow(id, from, null);
      await runtime.kill(id, from);
      await expect(runtime.heal(id, from)).rejects.toThrow(/run the failover again/);
      const done = await fail();
      expect(done).toMatchObject({ from, resumed: true });
      expect(done.to).not.toBe(from);
      await runtime.heal(id, from);
      expect((await roles())[from]).toBe('standby');
    },
    LONG_MS,
  );

  it(
    'a failover that was cut short, and that has become unproved, is taken back: the primary leads again',
    async () => {
      const journal = await readJournal(await now());
      const from = journal.past.at(-1)?.to ?? 'db';
      // It had committed alone, and no replica is known to have caught up.
      const last = { at: '', from: '', to: from, sync: 'suspended' } as const;
      await writeJournal(state, { ...journal, underWay: from, past: [...journal.past, last] });
      await runtime.follow(id, from, null);
      await runtime.kill(id, from);
      await expect(fail()).rejects.toThrow(new RegExp(`was taken back.*${from} leads again`));
      expect((await roles())[from]).toBe('primary');
      expect((await readJournal(await now())).underWay).toBeNull();
      expect(await guard(runtime, await now())).toBe(true);
      expect(await fail()).toMatchObject({ from, resumed: false });
      await runtime.heal(id, from);
    },
    LONG_MS,
  );

  it(
    'a database that was promoted, and fails before that is noted, comes back as the primary',
    async () => {
      const from = (await readJournal(await now())).past.at(-1)?.to ?? '';
      const request = {
        cutMs: 0,
        signal: AbortSignal.timeout(60_000),
        onStep: (what: string) => {
          if (what.endsWith('is promoted')) throw new Error('cut short');
        },
      };
      await expect(failover(runtime, await now(), request)).rejects.toThrow('cut short');
      const promoted = Object.entries(await roles()).find(([, role]) => role === 'primary')?.[0] ?? '';
      await runtime.kill(id, promoted);
      await expect(fail()).rejects.toThrow(new RegExp(`could lose acknowledged sales.*${promoted}`));
      await runtime.heal(id, promoted);
      expect(await fail()).toMatchObject({ from, to: promoted, resumed: true, lossy: false });
      await runtime.heal(id, from);
      expect((await roles())[from]).toBe('standby');
    },
    LONG_MS,
  );

  it(
    'Ctrl-C while the replicas are cut off: the next failover completes it, and they follow again',
    async () => {
      const from = (await readJournal(await now())).past.at(-1)?.to ?? '';
      const ctrlC = new AbortController();
      const request = {
        cutMs: 20_000,
        signal: ctrlC.signal,
        onStep: () => ctrlC.abort(new Error('Ctrl-C')),
      };
      await expect(failover(runtime, await now(), request)).rejects.toThrow();
      expect(await stateOf(from)).toBe('ready');
      const done = await fail();
      expect(done).toMatchObject({ from, resumed: true });
      expect(done.followers).toHaveLength(1);
      await runtime.heal(id, from);
    },
    LONG_MS,
  );

  it(
    'a replica that hung while another one was promoted follows it once it is healed',
    async () => {
      const from = (await readJournal(await now())).past.at(-1)?.to ?? 'db';
      const [hung = ''] = ['db', 'replica-1', 'replica-2'].filter((name) => name !== from);
      await runtime.faults.pause(id, hung);
      const { to } = await fail();
      expect(to).not.toBe(hung);
      await runtime.faults.resume(id, hung);
      await runtime.heal(id, from);
      await copyAgain(runtime, await now());
      await until(
        'all have what the primary has',
        async () =>
          ((await readCopies(runtime, await now())) ?? []).every(({ state }) => /primary|same/.test(state)),
        30_000,
      );
    },
    LONG_MS,
  );

  it(
    'with both replicas down it is left alone, and the reason is told',
    async () => {
      const leader = (await readJournal(await now())).past.at(-1)?.to ?? '';
      const others = ['db', 'replica-1', 'replica-2'].filter((name) => name !== leader);
      for (const name of others) await runtime.kill(id, name);
      await expect(fail()).rejects.toMatchObject({
        message: expect.stringMatching(/No replica can take over .* is killed.*Nothing was killed/),
        next: expect.stringContaining('heal'),
      });
      expect(await stateOf(leader)).toBe('ready');
      for (const name of others) await runtime.heal(id, name);
    },
    LONG_MS,
  );
});

describe.sequential('an asynchronous primary', () => {
  beforeAll(() => start({ SYNCHRONOUS_STANDBYS: '' }), UP_MS);
  afterAll(end);

  it(
    'takes with it what its replicas had not received, and verify counts that',
    async () => {
      const done: Failover[] = [];
      await underLoad(14, async () => done.push(await fail(3000)));
      expect(done[0]).toMatchObject({ from: 'db', sync: 'off', cutMs: 3000 });
      const verified = await verify(runtime, state);
      expect(verified).toMatchObject({ verdict: 'falls short', soldTwice: 0, failovers: [{ sync: 'off' }] });
      expect(verified.lost).toBeGreaterThan(0);
    },
    LONG_MS,
  );
});

it('a stage without replicas has nothing to fail over to', async () => {
  const said = await runStage(['2', 'failover', '--runtime', 'native']);
  expect(said.code).toBe(2);
  expect(said.stderr).toMatch(/Stage 2 is not running|no replicas/);
});
