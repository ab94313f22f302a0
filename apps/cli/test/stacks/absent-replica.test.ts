// Watches promise P11 and P12.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyAgain } from '../../src/failover/copy-again.ts';
import { look } from '../../src/failover/databases.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { readStage } from '../../src/stage/stages.ts';
import { until } from '../runtime/until.ts';
import { leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const id = { stage: 4, slot: 8 };
let state: StackState;

beforeAll(async () => {
  await runtime.down(id);
  const command = (await readStage(4)).services.db?.command ?? [];
  // As the stage has it, with less log kept.
  const little = command.map((word) =>
    word.replace(/^(max_slot_)?wal_keep_size=.*/, (_, slot) =>
      slot ? `${slot}wal_keep_size=32MB` : 'wal_keep_size=0',
    ),
  );
  state = await runtime.up(4, { slot: id.slot, unlimited: true, commands: { db: little } });
}, 240_000);
afterAll(async () => {
  await runtime.down(id);
  expect(leftovers(id.stage, id.slot)).toEqual([]);
});

it('copies a replica again that was down or hung for longer than the log is kept, and sets its former data aside', async () => {
  await runtime.kill(id, 'replica-2');
  await runtime.faults.pause(id, 'replica-1');
  await until(
    'the primary keeps no log for them',
    async () => {
      await onPrimary('select pg_switch_wal()');
      await onPrimary('checkpoint');
      const lost = await onPrimary(`select count(*) from pg_replication_slots where wal_status = 'lost'`);
      return lost === '2';
    },
    60_000,
  );
  await runtime.faults.resume(id, 'replica-1');
  await runtime.heal(id, 'replica-2');
  expect(await copyAgain(runtime, await now(), 'replica-2')).toEqual([]);
  expect(await copyAgain(runtime, await now())).toEqual(['replica-1']);
  const kept = await runtime.setAside(id);
  expect(kept.map(({ box }) => box).sort()).toEqual(['replica-1', 'replica-2']);
  for (const { bytes } of kept) expect(bytes).toBeGreaterThan(2 ** 20);
  await until(
    'both replicas have caught up',
    async () => {
      const found = await look(runtime, await now());
      const primary = found.find(({ role }) => role === 'primary');
      return found.filter((one) => one.role === 'standby' && one.position === primary?.position).length === 2;
    },
    15_000,
  );
  expect(await copyAgain(runtime, await now())).toEqual([]);
}, 120_000);

async function now(): Promise<StackState> {
  return (await runtime.state(id)) ?? state;
}

/** As a person with psql: the first column of the first row, in text. */
async function onPrimary(sql: string): Promise<string> {
  const host = state.boxes.find(({ name }) => name === 'db')?.address ?? '';
  const client = new pg.Client({ host, user: 'tickets', password: 'tickets', database: 'tickets' });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return String(rows[0]?.[0]);
  } finally {
    await client.end();
  }
}
