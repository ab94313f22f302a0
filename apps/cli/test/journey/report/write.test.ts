import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordedJourney } from '../../../src/journey/figures/recorded.ts';
import { renderMarkdown } from '../../../src/journey/report/markdown.ts';
import { reportOf } from '../../../src/journey/report/report.ts';
import { writeReport } from '../../../src/journey/report/write.ts';
import { syntheticJourney, withVoidStage } from './synthetic.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('writes three files and leaves no half of one; what is written can be read as a journey again', async () => {
  const journey = syntheticJourney();
  const known = new Map([[2, { cure: 'Separate tiers', cost: null }]]);
  const { json } = await writeReport(journey, { folder: join(folder, 'new'), known });
  expect((await readdir(join(folder, 'new'))).sort()).toEqual(['journey.html', 'journey.json', 'journey.md']);
  expect(await recordedJourney(json)).toMatchObject(JSON.parse(JSON.stringify(journey)));
  expect(JSON.parse(await readFile(json, 'utf8')).sections[1]).toMatchObject({
    stage: 2,
    cure: 'Separate tiers',
    gain: { of: 'throughput', factor: 121 / 77 },
    bottleneck: { before: { box: 'single' }, now: { box: 'app' } },
    singlePointsOfFailure: [{ box: 'app', everything: true }, { box: 'db' }],
  });
});

it('the Markdown has a table for each stage, and what would break a table is escaped', () => {
  const text = renderMarkdown(reportOf(withVoidStage(syntheticJourney(), 2, ['a | b\n# c']), new Map()));
  for (const { stage, title } of syntheticJourney().stages) expect(text).toContain(`## ${stage} ${title}`);
  expect(text).toContain('- a \\| b \\# c');
  expect(text).toContain('| 2 Split app and database | 1k – 10k | × 1.57 (1.49 – 1.65) |');
  expect(text.match(/\*\*VOID: the figures/g)).toHaveLength(1);
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
  for (const table of tables) {
    const columns = table.split('\n').map((row) => row.replaceAll('\\|', '').split('|').length);
    expect(new Set(columns).size).toBe(1);
  }
});
