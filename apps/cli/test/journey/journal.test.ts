import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalIn, type Leaf, resume } from '../../src/journey/journal.ts';
import { drill, KEY, measured } from './hand-made.ts';

const WHOLE: Leaf = {
  key: KEY,
  measured: { result: measured(4), seconds: 61 },
  drill: { result: drill(4), seconds: 40 },
};

describe('what a journal is good for', () => {
  it('is taken whole when nothing differs', () => {
    expect(resume(WHOLE, KEY)).toEqual({ measured: WHOLE.measured, drill: WHOLE.drill, because: [] });
  });

  it.each([
    ['commit', 'def456def456'],
    ['recipe', 'full'],
    ['machine', '64 × Xeon'],
    ['runtime', 'compose'],
  ])('is nothing for another %s', (field, value) => {
    const { because, ...taken } = resume(WHOLE, { ...KEY, [field]: value });
    expect(taken).toEqual({ measured: null, drill: null });
    expect(because.join()).toContain(`of another ${field} (${KEY[field as keyof typeof KEY]})`);
  });

  it.each(['abc123abc123+dirty', 'unknown'])('is nothing where the code may differ: %s', (commit) => {
    const key = { ...KEY, commit };
    expect(resume({ ...WHOLE, key }, key)).toMatchObject({ measured: null, drill: null });
  });

  it('keeps the drill beside a void measurement, and the measurement beside a void drill', () => {
    const spoilt = { ...WHOLE, measured: { result: measured(4, ['k6 was starved']), seconds: 61 } };
    expect(resume(spoilt, KEY)).toEqual({
      measured: null,
      drill: WHOLE.drill,
      because: ['its measurement is void'],
    });
    const shaken = { ...WHOLE, drill: { result: drill(4, { verdict: 'void' }), seconds: 40 } };
    expect(resume(shaken, KEY)).toEqual({
      measured: WHOLE.measured,
      drill: null,
      because: ['its drill is void'],
    });
  });

  it('takes a drill that fell short: that is what was found', () => {
    const short = { ...WHOLE, drill: { result: drill(4, { verdict: 'falls short' }), seconds: 40 } };
    expect(resume(short, KEY).because).toEqual([]);
  });

  it('knows a stage that was not drilled yet from one that it lacks', () => {
    expect(resume({ ...WHOLE, drill: null }, KEY).because).toEqual(['not drilled']);
    expect(resume(null, KEY).because).toEqual(['not in the journal']);
  });
});

describe('the journal on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives back what was written, and leaves nothing half written beside it', async () => {
    const journal = journalIn(join(folder, 'journey'));
    await journal.write(4, WHOLE);
    await journal.write(4, { ...WHOLE, drill: null });
    expect(await journal.read(4)).toEqual({ ...WHOLE, drill: null });
    expect(await readdir(join(folder, 'journey'))).toEqual(['4.json']);
  });

  it('has nothing of a stage that it lacks, or that cannot be read', async () => {
    const journal = journalIn(folder);
    await writeFile(join(folder, '5.json'), '{"key": {"commit"');
    await writeFile(join(folder, '6.json'), '{"measured": 1}');
    for (const stage of [4, 5, 6]) expect(await journal.read(stage)).toBeNull();
  });

  it('starts anew without taking the last report away', async () => {
    const journal = journalIn(folder);
    await journal.write(4, WHOLE);
    await writeFile(join(folder, 'journey.json'), '{}');
    await journal.clear();
    expect(await readdir(folder)).toEqual(['journey.json']);
    await journalIn(join(folder, 'none')).clear();
  });
});
