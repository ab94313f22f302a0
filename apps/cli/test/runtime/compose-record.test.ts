import { afterEach, expect, it } from 'vitest';
import { readRecord, removeRecord, type StackRecord, writeRecord } from '../../src/runtime/compose/record.ts';

const id = { stage: 9, slot: 9 };
const record: StackRecord = {
  startedAt: '2026-11-30T09:00:00.000Z',
  readyMs: 1000,
  environment: {},
  scale: { app: 3 },
  cpus: {},
};

afterEach(() => removeRecord(id));

it('a command reads the whole record of a stack while another command writes it', async () => {
  await writeRecord(id, record);
  let isWriting = true;
  const writing = (async () => {
    for (let readyMs = 1; readyMs <= 200; readyMs += 1) await writeRecord(id, { ...record, readyMs });
    isWriting = false;
  })();
  while (isWriting) expect((await readRecord(id))?.scale).toEqual({ app: 3 });
  await writing;
});
