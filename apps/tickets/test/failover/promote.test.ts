// Watches promise P1.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fence, unfence } from '../../src/failover/fence.ts';
import { type PromotionRequest, type Proof, promote } from '../../src/failover/promote.ts';
import { migrate, pool, postgres } from '../../src/index.ts';
import { type Pool, pools } from '../../src/stores/pool.ts';
import { startPostgres, startStandby, type TestPostgres } from '../postgres/index.ts';
import { childrenOf } from '../postgres/run-as.ts';
import { settings } from '../settings.ts';
import { reserved } from '../stores/contract.ts';

let primary: TestPostgres;
let standbys: [TestPostgres, TestPostgres];
let writer: Pool;

beforeEach(async () => {
  primary = await startPostgres(['-c', 'wal_sender_timeout=2s']);
  await primary.database('shop');
  writer = pool(primary.url('shop'), settings(primary.url('shop')));
  await migrate(writer, settings(''));
  const [one, two] = [await startStandby(primary, 'replica_1'), await startStandby(primary, 'replica_2')];
  standbys = [one, two];
  for (const each of standbys) await vi.waitFor(() => each.ask('select 1', 'shop'));
}, 60_000);
afterEach(async () => {
  await Promise.allSettled([...pools].map((each) => each.close()));
  for (const each of [primary, ...standbys]) await each.stop();
});

/** As the stages have it: any of the two confirms a commit. A standby is called by its port here. */
async function confirmedByOne(): Promise<void> {
  const names = standbys.map((_, index) => `replica_${index + 1}`).join(',');
  await primary.ask(`alter system set synchronous_standby_names = 'ANY 1 (${names})'`);
  await primary.ask('select pg_reload_conf()');
}

const env = () => settings(primary.url('shop'), { replicaUrls: standbys.map((each) => each.url('shop')) });
const nameOf = (server: TestPostgres) => `127.0.0.1:${server.port}`;
const asked = (proof: Proof, options: Partial<PromotionRequest> = {}): PromotionRequest => ({
  deposed: nameOf(primary),
  proof,
  candidates: standbys.map(nameOf),
  mayLead: [],
  until: Date.now() + 30_000,
  ...options,
});
const isStandby = (server: TestPostgres) =>
  server.ask<{ standby: boolean }>('select pg_is_in_recovery() as standby').then(([row]) => row?.standby);

const sell = (seat: number) =>
  postgres(writer).reservations.reserve({
    ...{ showId: 1, seats: [seat], name: 'Ada', email: 'ada@example.com', ticket: 'box-office' },
    idempotencyKey: randomUUID(),
  });

/** The process that replays a standby's log, and ends its recovery when it is promoted. */
async function replayerOf({ pid }: TestPostgres): Promise<number> {
  for (const child of await childrenOf(pid))
    if ((await readFile(`/proc/${child}/cmdline`, 'utf8')).includes('startup')) return child;
  throw new Error('nothing replays');
}

it('promotes nobody once a replica fell silent after the proof that may alone have confirmed a sale', async () => {
  // Its names are those that the standbys are called by here, so that silent ones are found among them.
  const members = standbys.map((each) => `"${nameOf(each)}"`).join(',');
  for (const each of standbys) {
    await each.ask(`alter system set synchronous_standby_names = 'ANY 1 (${members})'`);
    await each.ask('select pg_reload_conf()');
  }
  await primary.crash();
  await standbys[0].signal('SIGSTOP');
  await expect(promote(env(), asked('quorum'))).rejects.toThrow(
    new RegExp(`nothing was promoted.*only ${nameOf(standbys[0])} confirmed: heal`),
  );
  await standbys[0].signal('SIGCONT');
  const done = await promote(env(), asked('quorum'));
  expect(done).toMatchObject({ promoted: true, lossy: false, silent: [] });
}, 60_000);

it('promotes no replica that did not answer when the failover began', async () => {
  await primary.crash();
  await expect(promote(env(), asked('lossy', { candidates: [] }))).rejects.toThrow(
    /did not answer when the failover began/,
  );
  for (const each of standbys) expect(await isStandby(each)).toBe(true);
}, 60_000);

it('promotes nobody later than it was asked for, however it was held up', async () => {
  await primary.crash();
  const late = asked('quorum', { until: Date.now() - 1 });
  await expect(promote(env(), late)).rejects.toThrow(/took too long: nothing was promoted/);
  for (const each of standbys) expect(await isStandby(each)).toBe(true);
}, 60_000);

it('promotes nobody beside a silent database that an earlier try has promoted', async () => {
  await confirmedByOne();
  await primary.crash();
  await standbys[0].signal('SIGSTOP');
  const again = asked({ timeline: 1, position: '0/0' }, { mayLead: [nameOf(standbys[0])] });
  await expect(promote(env(), again)).rejects.toThrow(/may have been promoted before, and have taken sales/);
  expect(await isStandby(standbys[1])).toBe(true);
}, 60_000);

it('completes a promotion that is on its way, and promotes nobody beside it', async () => {
  await primary.crash();
  const replaying = await replayerOf(standbys[1]);
  process.kill(replaying, 'SIGSTOP');
  await standbys[1].ask('select pg_promote(false)');
  expect(await isStandby(standbys[1])).toBe(true);
  const done = promote(env(), asked('lossy'));
  setTimeout(() => process.kill(replaying, 'SIGCONT'), 2500);
  expect(await done).toMatchObject({ primary: nameOf(standbys[1]), promoted: false });
  expect(await isStandby(standbys[0])).toBe(true);
}, 60_000);

it('promotes a replica that has all of a fenced primary’s log, and no other, whoever confirmed it', async () => {
  await confirmedByOne();
  reserved(await sell(1));
  const position = await fence(writer);
  await expect(sell(2)).rejects.toThrow();
  await primary.crash();
  const members = standbys.map((each) => `"${nameOf(each)}"`).join(',');
  for (const each of standbys) {
    await each.ask(`alter system set synchronous_standby_names = 'ANY 1 (${members})'`);
    await each.ask('select pg_reload_conf()');
  }
  const ahead = { ...position, position: 'FF/0' };
  const elsewhere = { ...position, timeline: position.timeline + 1 };
  for (const missing of [ahead, elsewhere])
    await expect(promote(env(), asked(missing))).rejects.toThrow(/nothing was promoted/);
  await standbys[0].signal('SIGSTOP');
  expect(await promote(env(), asked(position))).toMatchObject({
    primary: nameOf(standbys[1]),
    lossy: false,
  });
}, 60_000);

it('acknowledges no sale of a fenced primary that waited for its confirmation, and takes writes again once unfenced', async () => {
  await confirmedByOne();
  reserved(await sell(1));
  for (const each of standbys) await each.signal('SIGSTOP');
  const waiting = sell(2).then(
    () => 'acknowledged',
    () => 'unknown',
  );
  await vi.waitFor(async () => {
    const rows = await primary.ask(`select from pg_stat_activity where wait_event = 'SyncRep'`);
    expect(rows).toHaveLength(1);
  }, 3000);
  const position = await fence(writer);
  expect(await waiting).toBe('unknown');
  for (const each of standbys) await each.signal('SIGCONT');
  await expect(sell(3)).rejects.toMatchObject({ code: '25006' });
  const [now] = await primary.ask<{ more: boolean }>(
    `select exists (select from reserved_seats where seat = 3) as more`,
    'shop',
  );
  expect(now?.more).toBe(false);
  expect(position).toEqual({ timeline: 1, position: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) });
  await unfence(writer).catch(() => undefined);
  await vi.waitFor(async () => reserved(await sell(4)), { timeout: 10_000 });
}, 60_000);
