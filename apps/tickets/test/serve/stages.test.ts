import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { startRedis, type TestRedis } from '../redis/index.ts';
import { buyer, post } from '../shop.ts';
import { admin, runStage } from './programs.ts';

let server: TestPostgres;
let standby: TestPostgres;
let redis: TestRedis;
beforeAll(async () => {
  server = await startPostgres();
  await server.database('shop');
  standby = await startStandby(server, 'replica_1');
  redis = await startRedis();
}, 40_000);
afterAll(async () => {
  await redis.stop();
  await standby.stop();
  await server.stop();
});

it.each(['1-single-server', '2-split-database', '3-load-balancer', '4-read-replicas', '5-cache'])(
  'stage %s sells a seat, and its ledger and reset agree',
  async (stage) => {
    const environment = {
      DATABASE_URL: server.url('shop'),
      REPLICA_URLS: standby.url('shop'),
      REDIS_URL: redis.url,
    };
    expect(await admin('migrate', { ...environment, SHOWS: '3' })).toEqual({ shows: 3, seats: 1500 });
    const app = await runStage(stage, environment);
    const key = `key-of-stage-${stage}`;
    const sold = await post(app.url, { showId: 3, seats: [8, 9], ...buyer }, { 'idempotency-key': key });
    expect(sold.status).toBe(201);
    const { id } = (await sold.json()) as Reservation;
    const cookie = sold.headers.get('set-cookie')?.split(';')[0];
    expect(cookie?.startsWith(`read_after_${new URL(app.url).port}=`) ?? false).toBe(stage >= '4');
    const seats = await fetch(`${app.url}/shows/3/seats`, {
      headers: cookie === undefined ? {} : { cookie },
    });
    expect(await seats.text()).toMatch(/"seat":8,[^}]*"sold":true/);

    expect(await admin('ledger', environment)).toEqual({
      reservations: [
        {
          id,
          showId: 3,
          seats: [8, 9],
          status: 'confirmed',
          email: buyer.email,
          ticket: 'mail',
          idempotencyKey: key,
        },
      ],
      seatsSold: [8, 9].map((seat) => ({ showId: 3, seat, reservationId: id })),
      constraint: true,
    });
    expect(await admin('reset', environment)).toEqual({ reset: true });
    expect(await admin('ledger', environment)).toMatchObject({ reservations: [], seatsSold: [] });
    expect((await app.stop()).code).toBe(0);
  },
  40_000,
);

it('says which variables of its environment are wrong', async () => {
  const stage = runStage('3-load-balancer', { DATABASE_URL: 'mysql://db', PORT: '99999', POOL_SIZE: 'many' });
  await expect(stage).rejects.toThrow(/PORT: .*DATABASE_URL: .*POOL_SIZE: /s);
});
