import { afterEach, expect, it } from 'vitest';
import { readRecord, removeRecord, writeRecord } from '../../src/runtime/compose/record.ts';

const id = { stage: 9, slot: 97 };
const record = (readyMs: number) => ({
  startedAt: '2026-01-01T00:00:00.000Z',
  readyMs,
  environment: { SHARDS: 'x'.repeat(100_000) },
  scale: { app: 3 },
  cpus: {},
});

afterEach(() => removeRecord(id));

it('a stack’s record is whole whenever it is read, also while another command writes it', async () => {
  await writeRecord(id, record(0));
  let isWriting = true;
  const writing = (async () => {
    for (let count = 1; count <= 100; count += 1) await writeRecord(id, record(count));
    isWriting = false;
  })();
  let reads = 0;
  while (isWriting) {
    const read = await readRecord(id);
    expect(read?.environment.SHARDS).toHaveLength(100_000);
    expect(read?.scale).toEqual({ app: 3 });
    reads += 1;
  }
  await writing;
  expect(reads).toBeGreaterThan(10);
  expect((await readRecord(id))?.readyMs).toBe(100);
});
