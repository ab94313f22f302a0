// Watches promise P1.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { joinStrays } from '../../src/failover/join.ts';
import { promote } from '../../src/failover/promote.ts';
import { pools } from '../../src/stores/pool.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

let primary: TestPostgres;
let near: TestPostgres;
let silent: TestPostgres;

beforeEach(async () => {
  primary = await startPostgres(['-c', 'wal_sender_timeout=2s']);
  await primary.database('shop');
  near = await startStandby(primary, 'replica_1');
  silent = await startStandby(primary, 'replica_2');
  for (const each of [near, silent]) await vi.waitFor(() => each.ask('select 1', 'shop'));
}, 60_000);
afterEach(async () => {
  await Promise.allSettled([...pools].map((each) => each.close()));
  for (const each of [primary, near, silent]) await each.stop();
});

const env = () =>
  settings(primary.url('shop'), { replicaUrls: [near, silent].map((each) => each.url('shop')) });
const nameOf = (server: TestPostgres) => `127.0.0.1:${server.port}`;
const has = (server: TestPostgres, table: string) =>
  vi.waitFor(() => server.ask(`select from ${table}`, 'shop'), { timeout: 10_000 });
const promoteNear = () =>
  promote(env(), { deposed: nameOf(primary), proof: 'lossy', candidates: [nameOf(near)] });

it('lets a replica that hung during a failover follow the new primary', async () => {
  await silent.signal('SIGSTOP');
  await primary.crash();
  await promoteNear();
  await silent.signal('SIGCONT');
  expect(await joinStrays(env())).toEqual({ repointed: [nameOf(silent)], diverged: [] });
  await near.ask('create table later ()', 'shop');
  await has(silent, 'later');
  expect(await joinStrays(env())).toEqual({ repointed: [], diverged: [] });
}, 60_000);

it('names a replica that has log which the new primary never had: it can only be copied again', async () => {
  await near.ask(`alter system set primary_conninfo = ''`);
  await near.ask('select pg_reload_conf()');
  await vi.waitFor(async () => expect(await near.ask('select from pg_stat_wal_receiver')).toHaveLength(0));
  await primary.ask('create table lost ()', 'shop');
  await has(silent, 'lost');
  await silent.signal('SIGSTOP');
  await primary.crash();
  await promoteNear();
  await silent.signal('SIGCONT');
  expect(await joinStrays(env())).toEqual({ repointed: [], diverged: [nameOf(silent)] });
}, 60_000);
