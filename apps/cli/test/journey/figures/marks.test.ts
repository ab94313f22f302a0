import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { figures } from '../../../src/journey/figures/figures.ts';
import { withFigures, wrongMarks } from '../../../src/journey/figures/marks.ts';
import { fillFigures, recordedJourney } from '../../../src/journey/figures/recorded.ts';
import { syntheticJourney, withVoidStage } from '../report/synthetic.ts';

const mark = (key: string, shown = ''): string => `a <!-- figure ${key} -->${shown}<!-- / --> b`;

it('figures are what the report says, by stage and name', () => {
  const all = figures(syntheticJourney());
  expect(
    Object.fromEntries(
      ['4.gain', '4.interval', '4.throughput', '7.gain', '4.failure-points'].map((key) => [
        key,
        all.get(key),
      ]),
    ),
  ).toEqual({
    '4.gain': '× 2.88',
    '4.interval': '2.73 – 3.02',
    '4.throughput': '49/s → 141/s',
    '7.gain': '÷ 27.6',
    '4.failure-points': 'lb, db (writes)',
  });
  expect(all.get('4.summary')).toBe(
    '× 2.88 (2.73 – 3.02) the throughput of stage 3 with `seats`; full before: db 98 %; full now: replica 99 %. Single points of failure: lb, db (writes).',
  );
  expect(all.has('1.gain')).toBe(false);
});

it('filled texts hold, keep their words, and change no more when filled again', () => {
  const journey = syntheticJourney();
  const text = `${mark('4.gain', '× 9.99')}\n${mark('1.summary')}\nfrom ${mark('journey.origin')}`;
  const filled = withFigures(text, journey);
  expect(filled).toContain('a <!-- figure 4.gain -->× 2.88<!-- / --> b');
  expect(wrongMarks(filled, journey)).toEqual([]);
  expect(withFigures(filled, journey)).toBe(filled);
});

it('a figure that is not the recorded one is found, with its line', () => {
  expect(wrongMarks(`one\n\n${mark('4.gain', '× 2.89')}`, syntheticJourney())).toEqual([
    { line: 3, what: '"× 2.89" is not what is recorded as 4.gain: "× 2.88"' },
  ]);
});

it.each(['4.gian', 'gain', '4', '4.gain.x', '0.gain', '4.toString', 'journey.gain'])(
  '"%s" is no figure, whether or not anything is recorded',
  (key) => {
    for (const journey of [syntheticJourney(), null]) {
      expect(wrongMarks(mark(key), journey)).toEqual([{ line: 1, what: `there is no figure "${key}"` }]);
      expect(withFigures(mark(key, 'x'), journey)).toBe(mark(key, 'x'));
    }
  },
);

it('without a recording marks must be empty, and a summary says that there is none', () => {
  const emptied = withFigures(`${mark('4.gain', '× 2.88')} ${mark('4.summary', 'fine')}`, null);
  expect(emptied).toBe(`${mark('4.gain')} ${mark('4.summary', 'not recorded yet')}`);
  expect(wrongMarks(emptied, null)).toEqual([]);
  expect(wrongMarks(mark('4.gain', '× 2.88'), null)).toHaveLength(1);
});

it('what was void, or is missing in the recording, is no figure', () => {
  const spoiled = withVoidStage(syntheticJourney(), 4, ['no limiter']);
  const short = { ...syntheticJourney(), stages: syntheticJourney().stages.slice(0, 3) };
  for (const journey of [spoiled, short]) {
    expect(withFigures(mark('4.gain', '× 2.88'), journey)).toBe(mark('4.gain'));
    expect(wrongMarks(mark('4.gain', '× 2.88'), journey)).toHaveLength(1);
  }
});

it('a mark that is not closed, or begins a line, is found', () => {
  const journey = syntheticJourney();
  const unclosed = `<!-- figure 4.gain -->× 2.88\n${mark('4.gain', '× 2.88')}`;
  expect(wrongMarks(unclosed, journey)).toMatchObject([{ line: 1, what: expect.stringContaining('closes') }]);
  expect(wrongMarks('text\n  <!-- figure 4.gain -->× 2.88<!-- / -->', journey)).toMatchObject([
    { line: 2, what: expect.stringContaining('begins this line') },
  ]);
  expect(wrongMarks('| <!-- figure 4.gain -->× 2.88<!-- / --> |', journey)).toEqual([]);
});

it('pages are filled on the disk, and only those that change are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pages-'));
  try {
    const pages = ['stated', 'silent'].map((name) => ({ name, path: join(folder, `${name}.md`) }));
    await writeFile(pages[0]?.path ?? '', mark('4.gain'));
    await writeFile(pages[1]?.path ?? '', 'no figures\n');
    expect((await fillFigures(pages, syntheticJourney())).map(({ name }) => name)).toEqual(['stated']);
    expect(await readFile(pages[0]?.path ?? '', 'utf8')).toBe(mark('4.gain', '× 2.88'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('a recording that is none is refused with its name; a missing one is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  try {
    const path = join(folder, 'journey.json');
    expect(await recordedJourney(path)).toBeNull();
    for (const text of ['{"stages": [', '[]']) {
      await writeFile(path, text);
      await expect(recordedJourney(path)).rejects.toThrow('The recorded journey cannot be read');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
