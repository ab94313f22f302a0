import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { admin } from './programs.ts';

const SYNC = ['-c', 'synchronous_standby_names=ANY 1 (replica_1, replica_2)'];

let servers: TestPostgres[];
let environment: Record<string, string>;
const nameOf = (index: number) => `127.0.0.1:${servers[index]?.port}`;

beforeEach(async () => {
  const primary = await startPostgres(SYNC);
  await primary.ask(`alter system set synchronous_commit = 'local'`);
  await primary.ask('select pg_reload_conf()');
  const standbys = [
    await startStandby(primary, 'replica_1', SYNC),
    await startStandby(primary, 'replica_2', SYNC),
  ];
  servers = [primary, ...standbys];
  environment = {
    DATABASE_URL: primary.url(),
    REPLICA_URLS: standbys.map((standby) => standby.url()).join(),
  };
  await vi.waitFor(async () => {
    const rows = await primary.ask(`select from pg_stat_replication where state = 'streaming'`);
    expect(rows).toHaveLength(2);
  });
}, 60_000);
afterEach(async () => {
  for (const server of servers) await server.stop();
});

/** Replaces one of the servers; each of the others may lead. */
const promote = (deposed: number, variables = environment, limitMs = 120_000) => {
  const candidates = servers.map((_, index) => nameOf(index)).filter((name) => name !== nameOf(deposed));
  const request = { deposed: nameOf(deposed), proof: 'quorum', candidates, mayLead: [] };
  const until = Date.now() + limitMs;
  return admin(`databases promote ${JSON.stringify({ ...request, until })}`, variables);
};

it('promotes the standby that has most of the log, and the other one follows it', async () => {
  // The first standby stops receiving: what comes now only the second one has.
  await servers[1]?.ask(`alter system set primary_conninfo = ''`);
  await servers[1]?.ask('select pg_reload_conf()');
  await servers[0]?.ask('create table later (id int)');
  await vi.waitFor(async () =>
    expect(await servers[2]?.ask(`select from pg_class where relname = 'later'`)).toHaveLength(1),
  );
  await servers[0]?.crash();
  const promotion = await promote(0);
  expect(promotion).toMatchObject({
    primary: nameOf(2),
    promoted: true,
    timeline: 2,
    followers: [nameOf(1)],
    silent: [],
  });
  await vi.waitFor(async () =>
    expect(await servers[1]?.ask(`select from pg_class where relname = 'later'`)).toHaveLength(1),
  );
  // Asked again, as after an interruption: nothing is promoted twice.
  const again = await promote(0);
  expect(again).toMatchObject({ primary: nameOf(2), promoted: false, timeline: 2 });
}, 40_000);

it('knows who has most of the log also when it has lived through a promotion before', async () => {
  await servers[0]?.crash();
  const first = await promote(0);
  const [leader, follower] = first.primary === nameOf(1) ? [1, 2] : [2, 1];
  // A fresh copy of the new primary knows the new timeline from its control file; who followed on does not.
  const copy = await startStandby(servers[leader] as TestPostgres, 'replica_3', SYNC);
  servers.push(copy);
  await copy.ask(`alter system set primary_conninfo = ''`);
  await copy.ask('select pg_reload_conf()');
  await servers[leader]?.ask('create table later (id int)');
  const there = async () => servers[follower]?.ask(`select from pg_class where relname = 'later'`);
  await vi.waitFor(async () => expect(await there()).toHaveLength(1));
  await servers[leader]?.crash();
  const second = await promote(leader, {
    ...environment,
    REPLICA_URLS: `${environment.REPLICA_URLS},${copy.url()}`,
  });
  expect(second).toMatchObject({
    primary: nameOf(follower),
    timeline: 3,
    followers: [`127.0.0.1:${copy.port}`],
  });
}, 60_000);

it('does not promote while the old primary answers', async () => {
  await expect(promote(0, environment, 3000)).rejects.toThrow(/still answers: nothing was promoted/);
  expect(await servers[1]?.ask('select pg_is_in_recovery() as on')).toEqual([{ on: true }]);
}, 40_000);

it('leaves a last standby writable although no other could confirm a commit, and guards it again later', async () => {
  await servers[0]?.ask('alter system reset synchronous_commit');
  await servers[0]?.ask('select pg_reload_conf()');
  await servers[2]?.crash();
  await servers[0]?.crash();
  expect(await promote(0)).toMatchObject({
    primary: nameOf(1),
    sync: 'suspended',
    followers: [],
    redundantAt: null,
    silent: [nameOf(2)],
  });
  const started = performance.now();
  await servers[1]?.ask('create table alone (id int)');
  expect(performance.now() - started).toBeLessThan(2000);
  const third = await startStandby(servers[1] as TestPostgres, 'replica_2', SYNC);
  servers.push(third);
  expect(await admin(`databases guard ${nameOf(1)}`, environment)).toEqual({ resumed: true });
  expect(await servers[1]?.ask('show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
}, 60_000);

it('says so when there is nothing to promote', async () => {
  for (const server of servers) await server.crash();
  await expect(promote(0)).rejects.toThrow(/no standby answers/);
}, 40_000);
