import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decided } from '../../src/http/decided.ts';
import { cluster, migrate, pool, regional, type Store } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { contract, parsed, reserved } from '../stores/contract.ts';
import { type SlowLink, slowLink } from './slow-link.ts';

/** As between the regions of stage 7. */
const DELAY_MS = 40;
const ROUND_TRIP_MS = 2 * DELAY_MS;

let home: TestPostgres;
let near: TestPostgres;
let link: SlowLink;

beforeAll(async () => {
  home = await startPostgres();
  await home.database('shop');
  const env = settings(home.url('shop'));
  const writer = pool(env.databaseUrl, env);
  await migrate(writer, env);
  await writer.close();
  near = await startStandby(home, 'near');
  link = await slowLink(home.port, DELAY_MS);
}, 60_000);
afterAll(async () => {
  await link.close();
  await near.stop();
  await home.stop();
});

/** An instance in the region of the copy; the home region lies behind the link. */
async function open() {
  const env = settings(near.url('shop'), { replicaUrls: [link.url(home.url('shop'))] });
  const databases = await cluster(env);
  const store = regional(databases, env);
  return {
    store,
    databases,
    change: (statement: string) => home.ask(statement, 'shop'),
    async close() {
      await store.close();
      for (const dependency of databases.dependencies) await dependency.close();
    },
  };
}

const request = (seat: number, idempotencyKey: string = randomUUID()) => ({
  showId: 2,
  seats: [seat],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'box-office' as const,
  idempotencyKey,
});

async function isSold(store: Store, seat: number, after?: string): Promise<boolean | undefined> {
  return parsed(await store.reservations.seatMap(2, { after })).seats[seat - 1]?.sold;
}

async function timed<Value>(what: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const began = performance.now();
  const value = await what();
  return { value, ms: performance.now() - began };
}

/** What it was refused with. */
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'not refused',
    (error: { kind?: string }) => error.kind ?? String(error),
  );

const readable = async ({ store }: Awaited<ReturnType<typeof open>>) => {
  await store.shows.list();
  // The connections home are opened ahead, in the background.
  await vi.waitFor(() => expect(link.connections).toBeGreaterThanOrEqual(3));
  await sleep(8 * ROUND_TRIP_MS);
};

contract('a region away from home', async () => await open());

describe('regional', () => {
  it('reads near by: many times faster than the way home', async () => {
    const opened = await open();
    await readable(opened);
    const times = [];
    for (let n = 0; n < 30; n += 1) times.push((await timed(() => opened.store.reservations.seatMap(1))).ms);
    times.sort((one, other) => one - other);
    expect(times[15]).toBeLessThan(ROUND_TRIP_MS / 4);
    await opened.close();
  });

  it('writes in one round trip, the position included', async () => {
    const opened = await open();
    await readable(opened);
    // The watch asks now and then, too: an hour of silence for it.
    opened.databases.watching.stop();
    await sleep(2 * ROUND_TRIP_MS);
    const before = { trips: link.roundTrips(), connections: link.connections };
    for (let seat = 1; seat <= 5; seat += 1) {
      const { value, ms } = await timed(() => opened.store.reservations.reserve(request(seat)));
      expect(reserved(value).position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
      expect(ms).toBeGreaterThan(ROUND_TRIP_MS - 2);
    }
    expect(link.roundTrips() - before.trips).toBe(5);
    expect(link.connections).toBe(before.connections);
    await opened.close();
  });

  it('shows a client its own write at once, and waits here rather than ask at home', async () => {
    const opened = await open();
    await readable(opened);
    for (let seat = 11; seat <= 16; seat += 1) {
      const { position } = reserved(await opened.store.reservations.reserve(request(seat)));
      const read = await timed(() => isSold(opened.store, seat, position));
      expect(read.value).toBe(true);
      expect(read.ms).toBeLessThan(ROUND_TRIP_MS);
    }
    await opened.close();
  });

  it('asks at home for a client’s own write that does not arrive here', async () => {
    const opened = await open();
    await readable(opened);
    await near.ask('select pg_wal_replay_pause()');
    const { position } = reserved(await opened.store.reservations.reserve(request(21)));
    expect(await isSold(opened.store, 21, position)).toBe(true);
    expect(await isSold(opened.store, 21)).toBe(false);
    await near.ask('select pg_wal_replay_resume()');
    await vi.waitFor(async () => expect(await isSold(opened.store, 21)).toBe(true), { timeout: 3000 });
    await opened.close();
  });

  it('cut off: refuses to write and says so, goes on reading, tells the age, and is back after the mend', async () => {
    const opened = await open();
    await readable(opened);
    const { store } = opened;
    expect(store.ageMs()).toBeLessThan(2000);
    await near.ask('select pg_wal_replay_pause()');
    const { position } = reserved(await store.reservations.reserve(request(31)));
    link.cut();

    // The first ones were sent before anybody could know; nobody can say what became of them.
    const key = randomUUID();
    const first = await timed(() =>
      refusal(decided('purchase', store.reservations.reserve(request(32, key)))),
    );
    expect(first.value).toBe('outcome-unknown');
    expect(first.ms).toBeLessThan(2500);
    await vi.waitFor(
      async () => expect(await refusal(store.reservations.reserve(request(33)))).toBe('home-unreachable'),
      { timeout: 6000 },
    );
    const later = await timed(() => refusal(store.reservations.reserve(request(33))));
    expect(later).toMatchObject({ value: 'home-unreachable' });
    expect(later.ms).toBeLessThan(50);
    expect(await refusal(store.reservations.cancel(randomUUID(), 'any'))).toBe('home-unreachable');
    await expect(store.check()).rejects.toThrow(/cannot be reached/);

    expect(await isSold(store, 32)).toBe(false);
    expect((await timed(() => store.shows.list())).ms).toBeLessThan(ROUND_TRIP_MS);
    expect(store.ageMs()).toBeGreaterThan(1000);
    // Its buyer must not be told that the seat is free.
    expect(await refusal(store.reservations.seatMap(2, { after: position }))).toBe('not-here-yet');

    await near.ask('select pg_wal_replay_resume()');
    expect(await isSold(store, 31, position)).toBe(true);
    link.mend();
    await vi.waitFor(
      async () => expect(await refusal(store.reservations.reserve(request(33)))).toBe('not refused'),
      {
        timeout: 5000,
        interval: 100,
      },
    );
    // Whatever became of the first one: the same key gets one answer, and the seat is sold once.
    const again = reserved(await store.reservations.reserve(request(32, key)));
    const twice = reserved(await store.reservations.reserve(request(32, key)));
    expect(twice).toMatchObject({ replayed: true, reservation: { id: again.reservation.id } });
    expect(store.ageMs()).toBeLessThan(2000);
    await opened.close();
  }, 40_000);

  it('answers every read while the database near by dies, from far away', async () => {
    const opened = await open();
    await readable(opened);
    await near.crash();
    for (let n = 0; n < 5; n += 1) expect(await opened.store.shows.find(1)).not.toBeNull();
    expect((await timed(() => opened.store.shows.list())).ms).toBeGreaterThan(ROUND_TRIP_MS - 2);
    near = await near.again();
    await vi.waitFor(
      async () => expect((await timed(() => opened.store.shows.list())).ms).toBeLessThan(ROUND_TRIP_MS / 2),
      { timeout: 5000 },
    );
    await opened.close();
  }, 20_000);

  it('writes here once the copy here leads, and a home that comes back unfenced is not believed', async () => {
    const opened = await open();
    await readable(opened);
    await home.crash();
    await near.ask('select pg_promote()');
    await vi.waitFor(
      async () => expect(await refusal(opened.store.reservations.reserve(request(41)))).toBe('not refused'),
      { timeout: 6000 },
    );
    const { value, ms } = await timed(() => opened.store.reservations.reserve(request(42)));
    expect(reserved(value).reservation.seats).toEqual([42]);
    expect(ms).toBeLessThan(ROUND_TRIP_MS);
    const back = await home.again();
    await sleep(1500);
    expect(opened.databases.watching.leader()?.name).toBe(`127.0.0.1:${near.port}`);
    await opened.store.reservations.reserve(request(43));
    expect(await back.ask(`select from reserved_seats where show_id = 2 and seat = 43`, 'shop')).toEqual([]);
    home = back;
    await opened.close();
  }, 30_000);
});
