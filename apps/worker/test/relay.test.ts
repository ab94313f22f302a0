import { randomUUID } from 'node:crypto';
import { type Dependency, migrate, outbox, pool, postgres } from '@scaling/tickets';
import { ConfigResourceTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { ensureTopics, withAdmin } from '../src/broker.ts';
import { eventIn } from '../src/event.ts';
import { broker, countSales, relay } from '../src/index.ts';
import { outboxWaiting } from '../src/metrics.ts';
import { look } from '../src/queue/look.ts';
import { DEAD, SALES } from '../src/topics.ts';
import { startKafka, type TestKafka } from './kafka/index.ts';
import { publish, sale } from './sales.ts';

let database: TestPostgres;
let kafka: TestKafka;
let url: string;
const running: Dependency[] = [];
const SOON = { timeout: 25_000, interval: 50 };

beforeAll(async () => {
  [database, kafka] = await Promise.all([startPostgres(), startKafka()]);
  url = await database.database('shop');
  const env = settings(url);
  const writer = pool(url, env);
  await migrate(writer, env);
  await writer.close();
}, 120_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await Promise.all([kafka?.stop(), database?.stop()]);
});

const client = () => broker({ brokers: [kafka.address], boxName: 'test' });
const env = () => settings(url, { brokers: [kafka.address], poolSize: 8 });
const waiting = async () =>
  Number((await database.ask<{ n: string }>('select count(*) as n from outbox', 'shop'))[0]?.n);
const told = async () =>
  (await outboxWaiting.get()).values.find(({ labels }) => labels.database === new URL(url).hostname)?.value;
let seat = 0;

/** Sells through the store that writes the outbox; returns the reservations' ids. */
async function sell(count: number): Promise<string[]> {
  const shop = pool(url, env());
  const { reservations } = outbox(postgres(shop));
  const outcomes = await Promise.all(
    Array.from({ length: count }, () => {
      seat += 1;
      const showId = 1 + Math.floor(seat / 490);
      const seats = [(seat % 490) + 1];
      return reservations.reserve({
        showId,
        seats,
        name: 'Ada',
        email: 'ada@example.com',
        ticket: 'mail',
        idempotencyKey: randomUUID(),
      });
    }),
  );
  await shop.close();
  return outcomes.map((outcome) => (outcome.kind === 'reserved' ? outcome.reservation.id : outcome.kind));
}

/** Every message there is, by partition and in order. */
async function messages(): Promise<string[]> {
  const consumer = client().consumer({ groupId: `look-${randomUUID()}` });
  const found: string[] = [];
  let quiet = performance.now();
  await consumer.connect();
  await consumer.subscribe({ topics: [SALES], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push(JSON.parse(message.value?.toString() ?? '{}').id);
      quiet = performance.now();
    },
  });
  await vi.waitFor(() => expect(performance.now() - quiet).toBeGreaterThan(2500), SOON);
  await consumer.disconnect();
  return found;
}

describe('the outbox', () => {
  it('holds an event for each sale, for each cancellation after it, and for nothing else', async () => {
    const shop = pool(url, env());
    const { reservations } = outbox(postgres(shop));
    const request = {
      showId: 3,
      seats: [499],
      name: 'Ada',
      email: 'ada@example.com',
      ticket: 'mail' as const,
      idempotencyKey: 'once',
    };
    const sold = await reservations.reserve(request);
    expect((await reservations.reserve(request)).kind).toBe('reserved');
    expect((await reservations.reserve({ ...request, idempotencyKey: 'late' })).kind).toBe('taken');
    expect((await reservations.reserve({ ...request, showId: 99, idempotencyKey: 'x' })).kind).toBe(
      'no-such-show',
    );
    const { id = '', token = '' } = sold.kind === 'reserved' ? sold.reservation : {};
    // Of any number that ask at the same time, and again, one cancels it.
    await Promise.all([1, 2, 3].map(() => reservations.cancel(id, token)));
    expect(await reservations.cancel(id, token)).toMatchObject({ kind: 'cancelled', freed: false });
    expect((await reservations.cancel(randomUUID(), token)).kind).toBe('not-found');
    await shop.close();
    const events = await database.ask<{ event: string }>('select event from outbox order by number', 'shop');
    expect(events.map(({ event }) => eventIn(Buffer.from(event)))).toMatchObject([
      { id, status: 'confirmed', seats: [499] },
      { id, status: 'cancelled', seats: [499] },
    ]);
  });
});

describe('the topics', () => {
  it('keep sales for a week and dead letters for two, also where they were made to keep them for a day', async () => {
    const days = async (change?: string) =>
      await withAdmin(client(), async (admin) => {
        const resources = [SALES, DEAD].map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
        const configEntries = [{ name: 'retention.ms', value: change ?? '' }];
        if (change !== undefined)
          await admin.alterConfigs({
            validateOnly: false,
            resources: resources.map((one) => ({ ...one, configEntries })),
          });
        const told = await admin.describeConfigs({ includeSynonyms: false, resources });
        return told.resources.map(({ configEntries }) => {
          const kept = configEntries.find(({ configName }) => configName === 'retention.ms');
          return Number(kept?.configValue) / 86_400_000;
        });
      });
    expect(await days()).toEqual([7, 14]);
    expect(await days('86400000')).toEqual([1, 1]);
    await ensureTopics(client());
    await vi.waitFor(async () => expect(await days()).toEqual([7, 14]), SOON);
  });
});

describe('the relay', () => {
  it('publishes every sale and empties the outbox', async () => {
    const ids = await sell(120);
    running.push(relay(url, client(), env()));
    await vi.waitFor(async () => expect(await waiting()).toBe(0), SOON);
    expect(await messages()).toEqual(expect.arrayContaining(ids));
  }, 60_000);

  it('overlooks no sale that is committed late, although its number is smaller', async () => {
    running.push(relay(url, client(), env()));
    const late = sale();
    const insert = `insert into outbox (reservation_id, event) values ('${late.id}', '${JSON.stringify(late)}')`;
    const slow = database.ask(`begin; ${insert}; select pg_sleep(2); commit`, 'shop');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const [early = ''] = await sell(1);
    await vi.waitFor(async () => expect(await messages()).toContain(early), SOON);
    await slow;
    await vi.waitFor(async () => expect(await waiting()).toBe(0), SOON);
    expect(await messages()).toContain(late.id);
  }, 90_000);

  it('leaves the outbox to one relay at a time', async () => {
    const [first, second] = [relay(url, client(), env()), relay(url, client(), env())];
    running.push(first, second);
    await vi.waitFor(async () => {
      const checks = await Promise.allSettled([first.check(), second.check()]);
      expect(checks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }, SOON);
  }, 60_000);

  it('keeps every sale while the broker is dead, and publishes them when it is back', async () => {
    running.push(relay(url, client(), env()));
    await kafka.kill();
    const ids = await sell(20);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await waiting()).toBe(20);
    // As the metric says: it counts also what was sold since the broker is away.
    await vi.waitFor(async () => expect(await told()).toBe(20), SOON);
    await kafka.start();
    await vi.waitFor(async () => expect(await waiting()).toBe(0), SOON);
    expect(await messages()).toEqual(expect.arrayContaining(ids));
  }, 120_000);
});

describe('sales by the minute', () => {
  const figures = () =>
    database.ask<{ minute: string; seats: number }>(
      `select to_char(minute at time zone 'utc', 'HH24:MI') as minute, seats from sales_by_minute
       where show_id = 77 order by minute`,
      'shop',
    );

  it('counts a sale once, in the minute in which it was sold, whenever and however often its message comes', async () => {
    const at = (createdAt: string, showId = 77) => sale({ showId, createdAt });
    const [one, two, early] = [
      at('2026-11-21T16:41:05.9+00:00'),
      at('2026-11-21T18:41:59.9+02:00'),
      at('2026-11-21T16:40:00.1+00:00'),
    ];
    running.push(countSales(client(), env()));
    await publish(client(), [one, two, one, early]);
    // What no figure can hold is put aside; what came with it is counted.
    await publish(client(), [two, '{"no": "sale"}', at('2026-11-21T16:40:00Z', 3_000_000_000), early], 'x');
    const expected = [
      { minute: '16:40', seats: 2 },
      { minute: '16:41', seats: 4 },
    ];
    await vi.waitFor(async () => expect(await figures()).toEqual(expected), SOON);
    await vi.waitFor(async () => expect((await look(client())).dead).toBe(1), SOON);
    // A counter that begins anew, as after a crash, is given messages again.
    await Promise.all(running.splice(0).map((each) => each.close()));
    await publish(client(), [early, one]);
    running.push(countSales(client(), env()));
    await publish(client(), [at('2026-11-21T16:42:00+00:00')]);
    await vi.waitFor(async () => expect(await figures()).toHaveLength(3), SOON);
    expect((await figures()).slice(0, 2)).toEqual(expected);
  }, 90_000);
});
