// Watches promises P3 and P9.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decided } from '../../src/http/decided.ts';
import {
  cached,
  cluster,
  type Dependency,
  migrate,
  outbox,
  pool,
  postgres,
  type ReservationRequest,
  redis,
  regional,
  replicated,
  type Store,
} from '../../src/index.ts';
import { bucketOf } from '../../src/sharding/bucket.ts';
import { Unavailable } from '../../src/unavailable.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { makeDatabases, openShards } from '../sharding/open-shards.ts';
import { reserved } from '../stores/contract.ts';
import { type Cut, type Cutter, startCutter } from './cutter.ts';

/** The client is told that it was done, that it certainly was not, or that it is not known. */
type Answer = 'done' | 'refused' | 'unknown';
/** Besides `Cut`: the database waits for somebody else's lock. */
type Failure = Cut | 'blocked for 3 s' | 'blocked for 6 s';
type Expected = readonly [answer: Answer, inTheDatabase: boolean];

/** Every way to lose an answer, the same in all compositions. */
const CUTS: Readonly<Record<Cut, Expected>> = {
  refused: ['refused', false],
  'cut before': ['unknown', false],
  'cut after': ['unknown', true],
  swallowed: ['unknown', true],
};
/** The database gives up after 4 s, and says so before the app's own 5 s: it was rolled back. */
const ONE_DATABASE: Readonly<Record<Failure, Expected>> = {
  ...CUTS,
  'blocked for 3 s': ['done', true],
  'blocked for 6 s': ['refused', false],
};
const EXPECTED: Readonly<Record<string, Readonly<Record<Failure, Expected>>>> = {
  plain: ONE_DATABASE,
  queue: ONE_DATABASE,
  replicated: ONE_DATABASE,
  cached: ONE_DATABASE,
  // It gives up after 1.5 s; what it says of it may be about the position, which is asked for in the same trip.
  regional: { ...CUTS, 'blocked for 3 s': ['unknown', false], 'blocked for 6 s': ['unknown', false] },
  // The app gives a shard up after 2 s. The shard does not know of it.
  sharded: { ...CUTS, 'blocked for 3 s': ['unknown', true], 'blocked for 6 s': ['unknown', false] },
};
const METHODS = ['POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

const CASES = Object.entries(EXPECTED).flatMap(([composition, failures]) =>
  Object.entries(failures).map(([failure, expected]) => ({
    composition,
    failure: failure as Failure,
    expected,
  })),
);
type Case = (typeof CASES)[number];

let server: TestPostgres;
let cache: TestRedis;
/** Show 1 of the sharded shop is on this one. */
let shardOfShow1: string;
/** What the client was told and what was in the database: of the request, and of the same request sent again. */
type Played = readonly [first: Expected, again: Expected];
const found = new Map<Case, PromiseSettledResult<Record<Method, Played>>>();

interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

/** One app's view of its databases, through the cutter. */
async function open(composition: string, cutter?: Cutter): Promise<Opened> {
  const url = (name: string) => cutter?.url(server.url(name)) ?? server.url(name);
  const env = settings(url('shop'), { redisUrl: cache.url });
  const closing = (dependencies: readonly Dependency[]) => async () => {
    await Promise.allSettled(dependencies.map((each) => each.close()));
  };
  if (composition === 'sharded') return await openShards(server, 'spread', { shardUrl: url('spread_{n}') });
  if (composition === 'plain' || composition === 'queue') {
    const primary = pool(env.databaseUrl, env);
    const store = postgres(primary);
    return { store: composition === 'queue' ? outbox(store) : store, close: closing([primary]) };
  }
  const databases = await cluster(env);
  if (composition === 'regional') {
    const store = regional(databases, env);
    return { store, close: closing([store, ...databases.dependencies]) };
  }
  const store = replicated(databases, env);
  if (composition === 'replicated') return { store, close: closing(databases.dependencies) };
  const kept = redis(env.redisUrl, env);
  return { store: cached(kept, store, env), close: closing([kept, ...databases.dependencies]) };
}

async function answerOf(what: 'purchase' | 'cancellation', asking: Promise<unknown>): Promise<Answer> {
  try {
    await decided(what, asking);
    return 'done';
  } catch (error) {
    return error instanceof Unavailable && error.kind === 'outcome-unknown' ? 'unknown' : 'refused';
  }
}

/** Holds the lock of a key, or of a reservation, for so long. */
async function block(database: string, lock: string, forMs: number): Promise<void> {
  const holder = new pg.Client(server.url(database));
  await holder.connect();
  await holder.query(`begin; ${lock}`);
  void sleep(forMs).then(() => holder.end());
}

interface Ready extends Case {
  readonly cutter: Cutter;
  /** Its way to the database breaks; the other one's does not. */
  readonly through: Opened;
  readonly direct: Opened;
  readonly wanted: Readonly<Record<Method, ReservationRequest>>;
  /** The reservation that is cancelled. */
  readonly id: string;
  readonly token: string;
}

const order = (seat: number): ReservationRequest => ({
  showId: 1,
  seats: [seat],
  name: 'Ada',
  email: 'ada@example.com',
  ticket: seat % 4 < 2 ? 'mail' : 'box-office',
  idempotencyKey: randomUUID(),
});

async function prepare(one: Case, number: number, direct: Opened): Promise<Ready> {
  const cutter = await startCutter(server.port);
  const through = await open(one.composition, cutter);
  const wanted = { POST: order(2 * number + 1), DELETE: order(2 * number + 2) };
  // Also so that there are connections, which a broken one is one of.
  const { reservation } = reserved(await through.store.reservations.reserve(wanted.DELETE));
  return { ...one, cutter, through, direct, wanted, id: reservation.id, token: reservation.token };
}

async function play(ready: Ready, method: Method): Promise<Played> {
  const { composition, failure, through, direct, id, token } = ready;
  const { seats, idempotencyKey } = ready.wanted[method];
  const database = composition === 'sharded' ? shardOfShow1 : 'shop';
  const ask = ({ store: { reservations } }: Opened) =>
    method === 'POST'
      ? answerOf('purchase', reservations.reserve(ready.wanted.POST))
      : answerOf('cancellation', reservations.cancel(id, token));
  const isDone = async () => {
    const status = method === 'POST' ? 'confirmed' : 'cancelled';
    const text = `select from reservations where seats = '{${seats[0]}}' and status = '${status}'`;
    return (await server.ask(text, database)).length === 1;
  };
  if (failure.startsWith('blocked')) {
    const key = `${composition === 'sharded' ? '1/' : ''}${idempotencyKey}`;
    const lock =
      method === 'POST'
        ? `select pg_advisory_xact_lock(hashtextextended('${key}', 0))`
        : `select from reservations where id = '${id}' for update`;
    await block(database, lock, failure === 'blocked for 3 s' ? 3000 : 6000);
  }
  const answer = await ask(through);
  await sleep(failure.startsWith('blocked') ? 5000 : 500);
  const first = [answer, await isDone()] as const;
  return [first, [await ask(direct), await isDone()]];
}

async function playBoth(ready: Ready): Promise<Record<Method, Played>> {
  const { failure, cutter, through } = ready;
  if (!failure.startsWith('blocked')) {
    await cutter.cut(failure as Cut);
    // Broken connections are noticed.
    await sleep(700);
  }
  const [POST, DELETE] = await Promise.all([play(ready, 'POST'), play(ready, 'DELETE')]);
  // A connection whose answer was swallowed is still in use.
  await through.close().catch(() => undefined);
  await cutter.close();
  return { POST, DELETE };
}

describe('a purchase and a cancellation that fail', () => {
  beforeAll(async () => {
    [server, cache] = await Promise.all([startPostgres(['-c', 'max_connections=900']), startRedis()]);
    const env = settings(await server.database('shop'));
    const primary = pool(env.databaseUrl, env);
    await migrate(primary, env);
    await primary.close();
    await makeDatabases(server, 'spread', 2);
    const { shards, close } = await openShards(server, 'spread');
    shardOfShow1 = `spread_${shards.map.current.shardOf[bucketOf(1)]}`;
    await close();
    const ready: Ready[] = [];
    const opened: Opened[] = [];
    for (const composition of Object.keys(EXPECTED)) {
      const direct = await open(composition);
      opened.push(direct);
      for (const one of CASES.filter((each) => each.composition === composition))
        ready.push(await prepare(one, ready.length, direct));
    }
    // Most of them wait: all at once.
    const played = await Promise.allSettled(ready.map(playBoth));
    for (const [index, one] of CASES.entries()) {
      const result = played[index];
      if (result !== undefined) found.set(one, result);
    }
    await Promise.all(opened.map((each) => each.close()));
  }, 120_000);
  afterAll(async () => {
    await cache.stop();
    await server.stop();
  });

  it.each(CASES.map((one) => [one.composition, one.failure, one] as const))(
    '%s, %s: the answer says what is in the database, and the same request again has the one outcome',
    (_composition, _failure, one) => {
      const each = [one.expected, ['done', true]];
      expect(found.get(one)).toEqual({ status: 'fulfilled', value: { POST: each, DELETE: each } });
    },
  );
});
