import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cluster, type Environment, migrate, pool, replicated } from '../../src/index.ts';
import { register } from '../../src/metrics.ts';
import type { ReadNote, ReadOptions, Store } from '../../src/ports.ts';
import { lsnNumber } from '../../src/stores/lsn.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { contract, parsed, reserved } from './contract.ts';

let primary: TestPostgres;
let standbys: TestPostgres[];

beforeAll(async () => {
  primary = await startPostgres();
  await primary.database('shop');
  const env = settings(primary.url('shop'));
  const writer = pool(env.databaseUrl, env);
  await migrate(writer, env);
  await writer.close();
  standbys = [await startStandby(primary, 'replica_1'), await startStandby(primary, 'replica_2')];
}, 60_000);
afterAll(async () => {
  for (const standby of standbys) await standby.stop();
  await primary.stop();
});

async function open(other: Partial<Environment> = {}) {
  const replicaUrls = standbys.map((standby) => standby.url('shop'));
  const env = settings(primary.url('shop'), { replicaUrls, ...other });
  const databases = await cluster(env);
  return {
    store: replicated(databases, env),
    change: (statement: string) => primary.ask(statement, 'shop'),
    dependencies: databases.dependencies,
    async close() {
      for (const dependency of databases.dependencies) await dependency.close();
    },
  };
}

const request = (seat: number) => ({
  showId: 2,
  seats: [seat],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'mail' as const,
  idempotencyKey: randomUUID(),
});

/** Reads so far, by the database's port. */
async function readsByPort(): Promise<Record<string, number>> {
  const metric = await register.getSingleMetric('tickets_database_reads_total')?.get();
  return Object.fromEntries(
    (metric?.values ?? []).map(({ labels, value }) => [String(labels.target).split(':')[1] ?? '', value]),
  );
}

async function readsDuring(
  what: () => Promise<unknown>,
): Promise<(server: TestPostgres | undefined) => number> {
  const before = await readsByPort();
  await what();
  const after = await readsByPort();
  return (server) => {
    const port = String(server?.port);
    return (after[port] ?? 0) - (before[port] ?? 0);
  };
}

contract('a primary and two streaming replicas', () => open());

describe('replicated', () => {
  it('spreads reads over the replicas and the primary', async () => {
    const { store, close } = await open();
    const reads = await readsDuring(() => find(store, 42));
    for (const server of [primary, ...standbys]) expect(reads(server)).toBe(14);
    await close();
  });

  it('shows a client its own write while the replicas have yet to replay it', async () => {
    const { store, close } = await open({ replicaMaxLagMs: 600_000 });
    await pause(true);
    const { position } = reserved(await store.reservations.reserve(request(11)));
    expect(position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(await seen(store, 11, { after: position })).toEqual([true, true, true, true, true, true]);
    // Somebody else, without the token, is also served by replicas that have not heard of it.
    expect(await seen(store, 11)).toContain(false);
    await pause(false);
    await close();
  });

  it('spares the primary a read of what a replica has replayed since it was last asked', async () => {
    const { store, close } = await open();
    const { position } = reserved(await store.reservations.reserve(request(15)));
    await replayed(position);
    const reads = await readsDuring(async () => {
      expect(await seen(store, 15, { after: position })).toEqual([true, true, true, true, true, true]);
    });
    expect(reads(primary)).toBeLessThan(3);
    await close();
  });

  it('shows a stale seat with read-your-writes off', async () => {
    const { store, close } = await open({ replicaMaxLagMs: 600_000, readYourWrites: false });
    await pause(true);
    const outcome = reserved(await store.reservations.reserve(request(12)));
    expect(outcome.position).toBeUndefined();
    expect(await seen(store, 12, { after: 'FFFFFFFF/0' })).toContain(false);
    await pause(false);
    await close();
  });

  it('stops reading from replicas that lag too far, and comes back when they have caught up', async () => {
    const { store, close } = await open({ replicaMaxLagMs: 400 });
    await pause(true);
    await store.reservations.reserve(request(13));
    await sleep(1500);
    const behind = await readsDuring(() => find(store, 6));
    expect(behind(primary)).toBe(6);
    const lag = await register.getSingleMetricAsString('tickets_replica_lag_seconds');
    expect(Number(/(\d+\.\d+)\n?$/.exec(lag)?.[1])).toBeGreaterThan(0.4);
    await pause(false);
    await sleep(1000);
    const caughtUp = await readsDuring(() => find(store, 6));
    for (const standby of standbys) expect(caughtUp(standby)).toBe(2);
    await close();
  });

  it('counts an idle primary’s replicas as caught up', async () => {
    const { store, close } = await open({ replicaMaxLagMs: 300 });
    await sleep(1500);
    const reads = await readsDuring(() => find(store, 6));
    for (const standby of standbys) expect(reads(standby)).toBe(2);
    await close();
  });

  it('shows a client nothing that lacks its own write while there is no primary, and goes on answering the others', async () => {
    const { store, close } = await open();
    await pause(true);
    const { position } = reserved(await store.reservations.reserve(request(16)));
    await primary.signal('SIGSTOP');
    await vi.waitFor(() => expect(store.ageMs?.()).toBeGreaterThan(0), { timeout: 5000 });
    const note: ReadNote = {};
    expect(sold(await store.reservations.seatMap(2, { note }), 16)).toBe(false);
    expect(note.aged).toBe(true);
    const own = () => store.reservations.seatMap(2, position === undefined ? {} : { after: position });
    await expect(own()).rejects.toMatchObject({ kind: 'not-here-yet' });
    await pause(false);
    await vi.waitFor(async () => expect(sold(await own(), 16)).toBe(true), { timeout: 5000 });
    await primary.signal('SIGCONT');
    await vi.waitFor(() => expect(store.ageMs?.()).toBe(0), { timeout: 5000 });
    await close();
  });

  it('does not read from replicas of which it never knew how far they lag', async () => {
    await primary.signal('SIGSTOP');
    const { store, close } = await open();
    await expect(store.shows.find(1)).rejects.toMatchObject({ kind: 'no-database' });
    await primary.signal('SIGCONT');
    await vi.waitFor(async () => expect(await store.shows.find(1)).not.toBeNull(), { timeout: 5000 });
    await close();
  });

  it('answers every read while a replica hangs', async () => {
    const { store, close } = await open();
    process.kill(standbys[0]?.pid ?? 0, 'SIGSTOP');
    // Its sessions are processes of their own and hang too when a machine hangs.
    await stopSessions('SIGSTOP');
    const started = performance.now();
    for (let index = 0; index < 6; index += 1) expect(await store.shows.find(1)).not.toBeNull();
    expect(performance.now() - started).toBeLessThan(4500);
    await stopSessions('SIGCONT');
    process.kill(standbys[0]?.pid ?? 0, 'SIGCONT');
    await close();
  });

  it('answers every read while replicas die', async () => {
    const { store, dependencies, close } = await open();
    process.kill(standbys[0]?.pid ?? 0, 'SIGQUIT');
    const one = await readsDuring(async () => {
      for (let index = 0; index < 10; index += 1) expect(await store.shows.find(1)).not.toBeNull();
    });
    expect(one(standbys[1])).toBeGreaterThanOrEqual(4);
    process.kill(standbys[1]?.pid ?? 0, 'SIGQUIT');
    for (let index = 0; index < 10; index += 1) expect(await store.shows.find(1)).not.toBeNull();
    expect(reserved(await store.reservations.reserve(request(14))).reservation.seats).toEqual([14]);
    const port = `127.0.0.1:${standbys[0]?.port}`;
    await expect(dependencies.find(({ name }) => name === port)?.check()).rejects.toThrow();
    await close();
  });
});

/** Until both standbys have replayed up to there. */
async function replayed(position: string | undefined): Promise<void> {
  for (const standby of standbys) {
    const env = settings(standby.url('shop'));
    const reader = pool(env.databaseUrl, env);
    await vi.waitFor(async () =>
      expect(lsnNumber(await reader.position())).toBeGreaterThanOrEqual(lsnNumber(position ?? '')),
    );
    await reader.close();
  }
}

/** Signals the processes of the first standby's sessions. */
async function stopSessions(signal: NodeJS.Signals): Promise<void> {
  const children = `/proc/${standbys[0]?.pid}/task/${standbys[0]?.pid}/children`;
  for (const pid of (await readFile(children, 'utf8')).trim().split(' ')) process.kill(Number(pid), signal);
}

async function find(store: Store, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) expect(await store.shows.find(1)).not.toBeNull();
}

/** Whether a seat is shown as sold, in six reads one after the other. */
async function seen(store: Store, seat: number, options: ReadOptions = {}): Promise<(boolean | undefined)[]> {
  const reads: (boolean | undefined)[] = [];
  for (let index = 0; index < 6; index += 1)
    reads.push(sold(await store.reservations.seatMap(2, options), seat));
  return reads;
}

async function pause(paused: boolean): Promise<void> {
  for (const standby of standbys) await standby.ask(`select pg_wal_replay_${paused ? 'pause' : 'resume'}()`);
}

function sold(text: Parameters<typeof parsed>[0], seat: number): boolean | undefined {
  return parsed(text).seats[seat - 1]?.sold;
}
