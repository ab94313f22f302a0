// Watches promises P3 and P9.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decided } from '../../src/http/decided.ts';
import { Problem } from '../../src/http/problem.ts';
import type { Reservation } from '../../src/index.ts';
import { NotSent } from '../../src/not-sent.ts';
import { ShardUnavailable } from '../../src/sharding/shard-unavailable.ts';
import { Unavailable } from '../../src/unavailable.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, buyer, openShop, post, type TestShop } from '../shop.ts';

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

describe('an outcome', () => {
  it.each([
    ['a refusal', new Problem(409, 'seats-taken', 'Taken.')],
    ['a store that says so', new Unavailable('home-unreachable', 'Away.', { detail: '' })],
    ['a request that was not sent', new NotSent('no database takes writes')],
    ['a shard whose breaker is open', new ShardUnavailable('shard-1', 'away')],
    ['a shard that refused the connection', new ShardUnavailable('shard-1', 'away', coded('ECONNREFUSED'))],
    ['a bucket that moves', new ShardUnavailable('shard-1', 'moving')],
    ['a database that refused the connection', coded('ECONNREFUSED')],
    ['no connection in time', new Error('timeout exceeded when trying to connect')],
    ['a constraint', coded('23503', { severity: 'ERROR' })],
    ['a standby', coded('25006', { severity: 'ERROR' })],
    ['a statement that took too long', coded('57014', { severity: 'ERROR' })],
    ['our own mistake', new TypeError('x is not a function')],
  ])('is certain after %s: nothing was done', async (_, error) => {
    await expect(decided('purchase', Promise.reject(error))).rejects.toBe(error);
  });

  it.each([
    ['an answer that never came', new Error('Query read timeout')],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['a reset', coded('ECONNRESET')],
    ['a server that was stopped', coded('57P01', { severity: 'FATAL' })],
    ['a shard that hangs', new ShardUnavailable('shard-1', 'away', new Error('shard-1 does not answer'))],
    ['a region that hangs', new Error('the region that decides did not answer in time')],
  ])('is unknown after %s, and the answer says what to do', async (_, error) => {
    for (const what of ['purchase', 'cancellation'] as const) {
      await expect(decided(what, Promise.reject(error))).rejects.toMatchObject({
        kind: 'outcome-unknown',
        detail: expect.stringMatching(
          what === 'purchase' ? /same Idempotency-Key/ : /^Ask again: cancelling/,
        ),
        cause: error,
      });
    }
  });
});

describe('a database that does not answer in time', () => {
  let server: TestPostgres;
  let shop: TestShop;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database('shop');
    shop = await openShop(url);
  });
  afterAll(async () => {
    await shop.close();
    await server.stop();
  });

  it('has not done a purchase or a cancellation that it gave up for the time it took', async () => {
    const holder = new pg.Client(url);
    await holder.connect();
    const order = { showId: 1, seats: [7], ...buyer };
    const key = { 'idempotency-key': randomUUID() };
    await holder.query('begin; lock table reservations in access exclusive mode');
    expect(await answer(await post(shop.url, order, key))).toEqual([503, 'unavailable']);
    await holder.query('commit');
    expect((await holder.query('select from reservations')).rowCount).toBe(0);
    const bought = await post(shop.url, order, key);
    const { id, token } = (await bought.clone().json()) as Reservation;
    const headers = bearer(token);
    expect(bought.status).toBe(201);

    await holder.query('begin; lock table reservations in access exclusive mode');
    const cancel = () => fetch(`${shop.url}/reservations/${id}`, { method: 'DELETE', headers });
    expect(await answer(await cancel())).toEqual([503, 'unavailable']);
    await holder.query('commit');
    await holder.end();
    expect(await (await fetch(`${shop.url}/reservations/${id}`, { headers })).json()).toMatchObject({
      status: 'confirmed',
    });
    expect((await cancel()).status).toBe(200);
    expect(await (await post(shop.url, order, key)).json()).toMatchObject({ id, status: 'cancelled' });
  });

  it('does not give up a commit that waits for a replica: it is done, and its client is not told of an error', async () => {
    await server.ask(`alter system set synchronous_standby_names = 'nobody'`);
    await server.ask('select pg_reload_conf()');
    const seller = new pg.Client({ connectionString: url, statement_timeout: 300 });
    await seller.connect();
    const { rows } = await seller.query<{ pid: number }>('select pg_backend_pid() as pid');
    await expect(seller.query('select pg_sleep(2)')).rejects.toMatchObject({ code: '57014' });
    const sale = seller.query(
      `insert into idempotency (key, request_hash, outcome) values ('waits', '', '')`,
    );
    expect(await Promise.race([sale.then(() => 'answered'), sleep(1500, 'waits')])).toBe('waits');
    await server.ask(`select pg_cancel_backend(${rows[0]?.pid})`);
    await sale;
    await seller.end();
    await server.ask('alter system reset synchronous_standby_names');
    await server.ask('select pg_reload_conf()');
    expect(await server.ask(`select from idempotency where key = 'waits'`, 'shop')).toHaveLength(1);
  });
});

async function answer(response: Response): Promise<[number, string | undefined]> {
  const { type } = (await response.json()) as { type: string };
  return [response.status, type.split(':').at(-1)];
}
