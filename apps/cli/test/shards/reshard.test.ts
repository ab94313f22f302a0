import { describe, expect, it } from 'vitest';
import { renderResharded } from '../../src/report/reshard.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { type ReshardRequest, reshard } from '../../src/shards/reshard.ts';
import { box, stackState } from '../measure/stack-state.ts';

const map = { version: 3, shardOf: Array.from({ length: 64 }, (_, bucket) => (bucket < 40 ? 1 : 2)) };
const move = { bucket: 7, source: 1, target: 2, state: 'done', frozenMs: 41, rows: 12 } as const;
const shards = stackState(
  [box('relay', 'worker', 0.15), box('shard-1', 'db', 0.09), box('shard-2', 'db', 0.09)],
  9,
);

function request(to: number | undefined): ReshardRequest {
  return { to, undo: false, signal: new AbortController().signal, onStep: () => undefined };
}

/** A runtime whose boxes answer this, and which notes what it was asked. */
function answering(answer: { code: number; stdout: string; stderr: string }) {
  const asked: string[] = [];
  const runtime = {
    exec: async (_id: unknown, name: string, argv: readonly string[]) => {
      asked.push(`${name}: ${argv.slice(1).join(' ')}`);
      return answer;
    },
    scale: async (_id: unknown, service: string, count: number) => {
      asked.push(`scale ${service} ${count}`);
      return shards;
    },
    state: async () => shards,
  } as unknown as Runtime;
  return { runtime, asked };
}

const done = { code: 0, stdout: JSON.stringify({ resumed: [], moved: [move], undone: [], map }), stderr: '' };

describe('a reshard', () => {
  it('starts the shards that are missing before it moves anything, from a box that serves no buyer', async () => {
    const { runtime, asked } = answering(done);
    await reshard(runtime, shards, request(4));
    expect(asked).toEqual(['scale shard 4', 'relay: admin/shards.mjs reshard 4 2']);
  });

  it('stops the shards that are left over when they are empty', async () => {
    const { runtime, asked } = answering(done);
    await reshard(runtime, shards, request(1));
    expect(asked).toEqual(['relay: admin/shards.mjs reshard 1 2', 'scale shard 1']);
  });

  it('is refused while a shard that would go cannot be asked what it holds', async () => {
    const { asked, runtime } = answering(done);
    const boxes = shards.boxes.map((each) =>
      each.name === 'shard-2' ? { ...each, state: 'killed' as const } : each,
    );
    const silent = { ...runtime, state: async () => ({ ...shards, boxes }) } as Runtime;
    await expect(reshard(silent, shards, request(1))).rejects.toMatchObject({
      message: 'shard-2 cannot be asked what it holds. Nothing was moved or stopped.',
      next: expect.stringContaining('heal shard-2'),
    });
    expect(asked).toEqual([]);
  });

  it('is refused in a stage without shards, and for more than there is room for', async () => {
    const { runtime, asked } = answering(done);
    const other = stackState([box('db', 'db', 0.09)], 4);
    await expect(reshard(runtime, other, request(2))).rejects.toThrow('Stage 4 has no shards.');
    await expect(reshard(runtime, shards, request(7))).rejects.toThrow('7 shards cannot be.');
    expect(asked).toEqual([]);
  });

  it('says what stopped it, and that it can go on', async () => {
    const { runtime } = answering({ code: 1, stdout: '', stderr: 'shard-2 does not answer\n' });
    await expect(reshard(runtime, shards, request(2))).rejects.toMatchObject({
      message: 'The shards could not be asked to reshard: shard-2 does not answer.',
      next: expect.stringContaining('goes on where it stopped'),
    });
  });

  it('tells which buckets went where, and how long none of their writes were taken', () => {
    const told = {
      stage: 9,
      resumed: [],
      moved: [move],
      undone: [],
      map,
      shards: ['shard-1', 'shard-2'],
      seconds: 1.2,
    };
    const text = renderResharded(told);
    expect(text).toContain('bucket  7  shard-1 → shard-2  12 rows, no writes for 41 ms');
    expect(text).toContain('the map is at version 3: shard-1 40, shard-2 24');
    expect(renderResharded({ ...told, moved: [] })).toContain('Nothing to move');
  });
});
