// Watches promise P1.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { promote } from '../../src/failover/promote.ts';
import { cutStrays } from '../../src/failover/strays.ts';
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
const promoteNear = () =>
  promote(env(), {
    ...{ deposed: nameOf(primary), proof: 'lossy', candidates: [nameOf(near)] },
    ...{ mayLead: [], until: Date.now() + 30_000 },
  });

it('names a replica that hung during a failover, which receives nothing until it is copied again', async () => {
  await silent.signal('SIGSTOP');
  await primary.crash();
  await promoteNear();
  await silent.signal('SIGCONT');
  expect(await cutStrays(env(), nameOf(near))).toEqual([nameOf(silent)]);
  expect(await silent.ask(`select current_setting('primary_conninfo') as setting`)).toEqual([
    { setting: '' },
  ]);
}, 60_000);

it('names a database that considers itself the primary, and none where the named leader is not a primary', async () => {
  await near.ask('select pg_promote()');
  expect(await cutStrays(env(), nameOf(primary))).toContain(nameOf(near));
  expect(await cutStrays(env(), nameOf(silent))).toEqual([]);
}, 60_000);
