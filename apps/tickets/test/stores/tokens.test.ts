// Watches promise P4.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cached, cluster, redis, regional, replicated, type Store } from '../../src/index.ts';
import { random } from '../../src/seed/random.ts';
import { lsnNumber, lsnText } from '../../src/stores/lsn.ts';
import type { TestPostgres } from '../postgres/index.ts';
import type { TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { parsed, reserved } from './contract.ts';
import { type ReplicatedShops, startReplicatedShops } from './replicated-shops.ts';

const FORGED = 'FFFFFFFF/FFFFFFFF';
const STEPS = 150;

let shops: ReplicatedShops | undefined;
let primary: TestPostgres;
let standby: TestPostgres;
let server: TestRedis;

beforeAll(async () => {
  shops = await startReplicatedShops(['shop']);
  ({ primary, standby, redis: server } = shops);
}, 60_000);
afterAll(() => shops?.stop());

interface Opened {
  readonly store: Store;
  /** Questions for a position or a status that this instance sent to its databases. */
  readonly questions: () => number;
  close(): Promise<void>;
}

/** One instance of the shop: what stages 4, 5 and 7 make of a primary and a replica. */
async function open(kind: 'replicated' | 'cached' | 'regional'): Promise<Opened> {
  const [databaseUrl, other] =
    kind === 'regional'
      ? [standby.url('shop'), primary.url('shop')]
      : [primary.url('shop'), standby.url('shop')];
  const env = settings(databaseUrl, { replicaUrls: [other], redisUrl: server.url, replicaMaxLagMs: 600_000 });
  const databases = await cluster(env);
  let questions = 0;
  for (const { store } of databases.members) {
    const ask = store.pool.position;
    store.pool.position = async () => {
      questions += 1;
      return await ask();
    };
  }
  const cache = redis(env.redisUrl, env);
  const plain = kind === 'regional' ? regional(databases, env) : replicated(databases, env);
  return {
    store: kind === 'replicated' ? plain : cached(cache, plain, env),
    questions: () => questions,
    async close() {
      if ('close' in plain) await (plain as { close(): Promise<void> }).close();
      for (const dependency of [cache, ...databases.dependencies]) await dependency.close();
    },
  };
}

let nextSeat = 0;
async function buy(store: Store): Promise<{ showId: number; seat: number; position: string }> {
  nextSeat += 1;
  const [showId, seat] = [1 + (nextSeat % 3), 1 + Math.floor(nextSeat / 3)];
  const { position } = reserved(
    await store.reservations.reserve({
      showId,
      seats: [seat],
      name: 'Ada',
      email: 'ada@example.com',
      ticket: 'box-office',
      idempotencyKey: randomUUID(),
    }),
  );
  return { showId, seat, position: position ?? '' };
}

async function isSold(store: Store, showId: number, seat: number, after?: string): Promise<boolean> {
  const map = parsed(await store.reservations.seatMap(showId, { after, note: {} }));
  return map.seats[seat - 1]?.sold === true;
}

describe.each(['replicated', 'cached', 'regional'] as const)('tokens of clients, %s', (kind) => {
  it.each([1, 2, 3])(
    'shows every buyer their own write among forged tokens, whatever the order (seed %i)',
    async (seed) => {
      const { store, close } = await open(kind);
      const draw = random(seed);
      const pick = (most: number) => draw.integer(0, most - 1);
      const bought: { showId: number; seat: number; position: string }[] = [];
      const missed: string[] = [];
      const ahead = () => lsnText(lsnNumber(bought.at(-1)?.position ?? '0/1') + BigInt(pick(100_000)));
      for (let step = 0; step < STEPS; step += 1) {
        const showId = 1 + pick(3);
        const doing = pick(6);
        if (doing === 0) bought.push(await buy(store));
        else if (doing === 1) await store.reservations.seatMap(showId, { after: FORGED, note: {} });
        else if (doing === 2) await store.reservations.seatMap(showId, { after: ahead(), note: {} });
        else if (doing === 3)
          await standby.ask(`select pg_wal_replay_${pick(2) === 0 ? 'pause' : 'resume'}()`);
        else if (doing === 4) await store.reservations.seatMap(showId, { note: {} });
        // The newest, in two reads at once, and any other one.
        for (const own of [bought.at(-1), bought.at(-1), bought[pick(bought.length)]]) {
          if (own === undefined || doing > 2) continue;
          if (!(await isSold(store, own.showId, own.seat, own.position)))
            missed.push(`step ${step}: seat ${own.seat} of show ${own.showId}`);
        }
      }
      await standby.ask('select pg_wal_replay_resume()');
      await close();
      expect(bought.length).toBeGreaterThan(10);
      expect(missed).toEqual([]);
    },
  );

  it('asks hardly any position because of 200 forged tokens', async () => {
    const { store, questions, close } = await open(kind);
    await store.shows.list();
    const before = questions();
    await Promise.all(
      Array.from({ length: 200 }, () => store.reservations.seatMap(1, { after: FORGED, note: {} })),
    );
    const asked = questions() - before;
    await close();
    expect(asked).toBeLessThanOrEqual(kind === 'replicated' ? 25 : 0);
  });

  it('asks a few times at most for 200 tokens that are a little ahead, and answers all of them', async () => {
    const { store, questions, close } = await open(kind);
    const { position } = await buy(store);
    const before = questions();
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        store.reservations.seatMap(1, {
          after: lsnText(lsnNumber(position) + 100_000n + BigInt(n)),
          note: {},
        }),
      ),
    );
    const asked = questions() - before;
    await close();
    expect(answers).not.toContain(null);
    // Two databases, each at most once in 20 ms, and the first at once.
    expect(asked).toBeLessThanOrEqual(4 + (2 * (performance.now() - began)) / 20);
  });
});

it('serves nobody a map for newer than it is because somebody asked with a forged token', async () => {
  const { store, close } = await open('cached');
  // Fills the entry of the show that is bought next.
  const showId = 1 + ((nextSeat + 1) % 3);
  await store.reservations.seatMap(showId, { after: FORGED, note: {} });
  const own = await buy(store);
  expect(own.showId).toBe(showId);
  expect(await isSold(store, own.showId, own.seat, own.position)).toBe(true);
  await close();
});
