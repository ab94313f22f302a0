import { afterAll, expect, it } from 'vitest';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { staleRead } from '../../src/stage/stale-read.ts';
import { leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const id = { stage: 4, slot: 5 };

afterAll(async () => {
  await runtime.down(id);
  expect(leftovers(id.stage, id.slot)).toEqual([]);
}, 60_000);

async function seenWith(setting: 'on' | 'off') {
  await runtime.down(id);
  const state = await runtime.up(id.stage, { slot: id.slot, environment: { READ_YOUR_WRITES: setting } });
  const seen = await staleRead({ runtime, id, state });
  const after = await runtime.exec(id, 'app-1', ['node', 'admin/replay.mjs', 'state']);
  const replicas = (
    JSON.parse(after.stdout.split('\n').find((line) => line.startsWith('{"asked"')) ?? '') as {
      replicas: { state: string }[];
    }
  ).replicas;
  return { seen, replayAfterwards: replicas.map((replica) => replica.state) };
}

it('shows a buyer their own write while others read what the paused replicas hold, with read-your-writes on', async () => {
  const { seen, replayAfterwards } = await seenWith('on');
  expect(seen).toMatchObject({ shown: 'as-promised', paused: ['replica-1', 'replica-2'] });
  expect(seen.position).not.toBeNull();
  expect(seen.buyer.free).toBe(0);
  expect(seen.other.free).toBeGreaterThan(0);
  expect(replayAfterwards).toEqual(['not paused', 'not paused']);
});

it('shows a buyer their own seat as free, a stale read, with read-your-writes off', async () => {
  const { seen, replayAfterwards } = await seenWith('off');
  expect(seen).toMatchObject({ shown: 'as-promised', position: null, paused: ['replica-1', 'replica-2'] });
  expect(seen.buyer.free).toBeGreaterThan(0);
  expect(replayAfterwards).toEqual(['not paused', 'not paused']);
});
