// Watches promise P6.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CHECK_EVERY_MS } from '../../src/feed/watched.ts';
import {
  type Dependency,
  notifyFeed,
  type Parts,
  pool,
  type Reservation,
  redis,
  redisFeed,
  type SeatChange,
  type SeatFeed,
  seatTruth,
} from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { settings } from '../settings.ts';
import { buyer, cancel, openShop, post, type TestShop } from '../shop.ts';
import { watchSeats } from './events.ts';
import { play, type Scene } from './schedule.ts';

/** A failure names its seed: `SEED=… npx vitest run --project tickets apps/tickets/test/feed/complete.test.ts`. */
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const SCHEDULES = 4;
const STEPS = 60;
/** What a busy machine takes for an answer comes on top. */
const BOUND_MS = CHECK_EVERY_MS + 1500;

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  database = await startPostgres();
  cache = await startRedis();
}, 60_000);
afterAll(async () => {
  await database.stop();
  await cache.stop();
});

interface Instance {
  readonly shop: TestShop;
  lost: boolean;
}

/** An instance whose announcements can be lost after the sale has been committed. */
async function instance(name: string, feedOf: (parts: Parts) => SeatFeed & Dependency): Promise<Instance> {
  const made = { lost: false } as { shop: TestShop; lost: boolean; ready: () => Promise<void> };
  made.shop = await openShop(database.url(name), {}, (parts) => {
    const feed = feedOf(parts);
    made.ready = feed.check;
    const publish: SeatFeed['publish'] = async (change) => {
      if (made.lost) throw new Error('killed before it announced');
      await feed.publish(change);
    };
    return { feed: { ...feed, publish }, dependencies: [...parts.dependencies, feed] };
  });
  await vi.waitFor(made.ready, { timeout: 5000, interval: 20 });
  return made;
}

async function scene(
  name: string,
  feedOf: (parts: Parts) => SeatFeed & Dependency,
  faults: Pick<Scene, 'break' | 'mend'>,
): Promise<Scene & { announce(change: SeatChange): Promise<void>; close(): Promise<void> }> {
  await database.database(name);
  const instances = [await instance(name, feedOf), await instance(name, feedOf)];
  return {
    urls: instances.map(({ shop }) => shop.url),
    ...faults,
    silence(which, lost) {
      const one = instances[which];
      if (one !== undefined) one.lost = lost;
    },
    soldNow: async () =>
      (
        await database.ask<{ seat: number }>(
          'select seat from reserved_seats where show_id = 1 order by seat',
          name,
        )
      ).map(({ seat }) => seat),
    announce: async (change) => await instances[1]?.shop.parts.feed.publish(change),
    async close() {
      for (const { shop } of instances) await shop.close();
    },
  };
}

const feeds = {
  notify: (name: string) =>
    scene(
      name,
      () => {
        const env = settings(database.url(name));
        const own = pool(env.databaseUrl, env);
        const feed = notifyFeed(own, env);
        return { ...feed, close: () => feed.close().then(() => own.close()) };
      },
      {
        async break() {
          await database.ask(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% feed'`,
          );
        },
        mend: async () => undefined,
      },
    ),
  redis: (name: string) => {
    let away = false;
    return scene(
      name,
      () => {
        const env = settings(database.url(name));
        const own = pool(env.databaseUrl, env);
        const client = redis(cache.url, env);
        const feed = redisFeed(client, seatTruth(own));
        const closeAll = async () => {
          await feed.close();
          await client.close();
          await own.close();
        };
        return { ...feed, close: closeAll, check: () => client.check().then(feed.check) };
      },
      {
        async break() {
          if (!away) await cache.kill();
          away = true;
        },
        async mend() {
          if (away) await cache.start();
          away = false;
        },
      },
    );
  },
};

describe.each(Object.keys(feeds) as (keyof typeof feeds)[])('every change or `missed` through %s', (kind) => {
  it('tells every stream of a sale and a cancellation that nobody announced, within the bound', async () => {
    const shop = await feeds[kind](`${kind}_unheard`);
    const [one, other] = shop.urls as [string, string];
    const watching = [await watchSeats(one, 1), await watchSeats(other, 1)];
    shop.silence(0, true);
    const reserved = await post(one, { showId: 1, seats: [11, 12], ...buyer });
    const told = (sold: boolean) =>
      vi.waitFor(
        () => {
          for (const { changes } of watching)
            expect(changes.filter(({ seats }) => seats.includes(11)).at(-1)).toMatchObject({ sold });
        },
        { timeout: BOUND_MS, interval: 20 },
      );
    await told(true);
    expect((await cancel(one, (await reserved.json()) as Reservation)).status).toBe(200);
    await told(false);
    for (const each of watching) await each.close();
    await shop.close();
  }, 20_000);

  it('tells a stream that is opened just afterwards what the map that it loads may lack', async () => {
    const shop = await feeds[kind](`${kind}_opened`);
    const [one, other] = shop.urls as [string, string];
    shop.silence(0, true);
    await post(one, { showId: 1, seats: [21], ...buyer });
    const watching = await watchSeats(other, 1);
    await vi.waitFor(
      () => expect(watching.changes.at(-1)).toMatchObject({ showId: 1, seats: [21], sold: true }),
      { timeout: BOUND_MS, interval: 20 },
    );
    await watching.close();
    await shop.close();
  }, 20_000);

  it('puts right what an announcement says that comes too late, and again after one that comes twice', async () => {
    const shop = await feeds[kind](`${kind}_late`);
    const [one] = shop.urls as [string];
    const watching = await watchSeats(one, 1);
    await post(one, { showId: 1, seats: [31], ...buyer });
    const last = (sold: boolean) =>
      vi.waitFor(() => expect(watching.changes.at(-1)).toMatchObject({ seats: [31], sold }), {
        timeout: BOUND_MS,
        interval: 5,
      });
    await last(true);
    for (let time = 0; time < 2; time += 1) {
      // Of a cancellation before the sale.
      await shop.announce({ showId: 1, seats: [31], sold: false });
      await last(false);
      await last(true);
    }
    await watching.close();
    await shop.close();
  }, 20_000);

  it(`shows every watcher the seats that are sold, after ${SCHEDULES} random schedules from seed ${SEED}`, async () => {
    for (let index = 0; index < SCHEDULES; index += 1) {
      const shop = await feeds[kind](`${kind}_${index}`);
      try {
        await play(shop, SEED + index, STEPS);
      } finally {
        await shop.mend();
        await shop.close();
      }
    }
  }, 120_000);
});
