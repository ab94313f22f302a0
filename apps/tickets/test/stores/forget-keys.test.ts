// Watches promise P3.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  cluster,
  migrate,
  outbox,
  pool,
  postgres,
  regional,
  replicated,
  type Store,
} from '../../src/index.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { makeDatabases, openShards } from '../sharding/open-shards.ts';
import { reserved } from './contract.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres(['-c', 'max_connections=200']);
  // Processes begin to forget at a random time: here at once.
  vi.spyOn(Math, 'random').mockReturnValue(0);
}, 60_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

interface Opened {
  readonly store: Store;
  /** The database that has show 1. */
  readonly database: string;
  close(): Promise<void>;
}

async function onePool(
  name: string,
  compose: (opened: ReturnType<typeof postgres>) => Store,
): Promise<Opened> {
  const env = settings(await server.database(name));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  return { store: compose(postgres(primary)), database: name, close: () => primary.close() };
}

async function oneCluster(name: string, kind: typeof regional | typeof replicated): Promise<Opened> {
  const { close } = await onePool(name, (store) => store);
  await close();
  const env = settings(server.url(name));
  const databases = await cluster(env);
  const store = kind(databases, env);
  return {
    store,
    database: name,
    async close() {
      if ('close' in store) await (store as ReturnType<typeof regional>).close();
      for (const dependency of databases.dependencies) await dependency.close();
    },
  };
}

async function shardsOf(name: string): Promise<Opened> {
  await makeDatabases(server, name, 2);
  const { store, shards, close } = await openShards(server, name);
  return { store, database: `${name}_${shards.map.current.shardOf[bucketOf(1)]}`, close };
}

const STORES: readonly [string, () => Promise<Opened>][] = [
  ['one Postgres', () => onePool('plain', (store) => store)],
  ['an outbox', () => onePool('queue', outbox)],
  ['a primary and its replicas', () => oneCluster('cluster', replicated)],
  ['regions', () => oneCluster('regions', regional)],
  ['shards', () => shardsOf('spread')],
];

const order = (seat: number, idempotencyKey: string = randomUUID()) => ({
  showId: 1,
  seats: [seat],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: 'mail' as const,
  idempotencyKey,
});

/** Keys as they would be after a while: `key-1` …, some just too old, one not quite. */
const age = (database: string) =>
  server.ask(
    `insert into idempotency (key, request_hash, outcome, created_at)
       select '1/key-' || number, '', '{}', now() - interval '7 days 1 minute' from generate_series(1, 700) number;
     insert into idempotency (key, request_hash, outcome, created_at)
       values ('1/young', '', '{}', now() - interval '6 days 23 hours')`,
    database,
  );
const keys = async (database: string, which: string) =>
  Number(
    (await server.ask<{ n: string }>(`select count(*) as n from idempotency where ${which}`, database))[0]?.n,
  );

it.each(STORES)('%s forget keys after seven days, bit by bit, and no younger ones', async (_, open) => {
  const { store, database, close } = await open();
  const first = order(1);
  await store.reservations.reserve(first);
  await age(database);
  let seat = 1;
  await vi.waitFor(
    async () => {
      seat += 1;
      await store.reservations.reserve(order(seat));
      expect(await keys(database, `key like '1/key-%'`)).toBe(0);
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(await keys(database, `key = '1/young'`)).toBe(1);
  expect(reserved(await store.reservations.reserve(first)).replayed).toBe(true);

  // A key that was forgotten is a new one: its seats are sold.
  await server.ask(`delete from idempotency where key like '%${first.idempotencyKey}'`, database);
  expect(await store.reservations.reserve(first)).toEqual({ kind: 'taken', seats: [1] });
  await close();
});

it('forgets a mail that nobody has asked for within seven days', async () => {
  const { store, database, close } = await onePool('owed', (store) => store);
  const [old, young] = [reserved(await store.reservations.reserve(order(1))), order(2)];
  await store.reservations.reserve(young);
  await server.ask(
    `update owed_mails set since = now() - interval '8 days' where reservation_id = '${old.reservation.id}'`,
    database,
  );
  await server.ask('select forget_keys(10)', database);
  expect(await store.mails?.claim(old.reservation.id, randomUUID())).toBeNull();
  expect(await server.ask('select from owed_mails', database)).toHaveLength(1);
  await close();
});

it('forgets no keys on a shard while a bucket moves: the move compares them', async () => {
  const { database, close } = await shardsOf('moving');
  await age(database);
  const forget = async () =>
    (await server.ask<{ gone: number }>('select forget_keys(10) as gone', database))[0]?.gone;
  await server.ask(`update buckets set state = 'moving' where bucket = ${bucketOf(1)}`, database);
  expect(await forget()).toBe(0);
  await server.ask(`update buckets set state = 'owned'`, database);
  expect(await forget()).toBe(10);
  await close();
});

it('lets one process forget at a time', async () => {
  const { database, close } = await onePool('one', (store) => store);
  await age(database);
  const gone = await Promise.all(
    Array.from({ length: 6 }, async () => {
      await sleep(0);
      return server.ask<{ gone: number }>('select forget_keys(50) as gone, pg_sleep(0.3)', database);
    }),
  );
  expect(gone.filter(([row]) => row?.gone === 50).length).toBeLessThan(6);
  await close();
});
