import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followTimeline } from '../../src/drill/timeline.ts';
import { HISTORY, readHistory } from '../../src/history/read-history.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-'));
  path = join(folder, HISTORY);
});
afterEach(() => rm(folder, { recursive: true }));

const told = `${JSON.stringify({ op: 'reserve', process: 'this-1', key: 'k', invokedAt: 1, completedAt: 2, outcome: 'ok', status: 201 })}\n`;
const moment = (request: string) =>
  `{"side":"this","request":"${request}","sentAt":1000,"tookMs":7,"verdict":"right","status":200,"error":"–"}\n`;

describe('a timeline that is still being written', () => {
  it('is read on from where it was, a half-written line once it is whole', async () => {
    const timeline = followTimeline(folder);
    await timeline.read();
    expect(timeline.outcomes).toEqual([]);

    const bytes = Buffer.from(moment('show'));
    const half = bytes.indexOf('–') + 1; // in the middle of a character
    await writeFile(path, Buffer.concat([Buffer.from(moment('list') + told), bytes.subarray(0, half)]));
    await timeline.read();
    expect(timeline.outcomes.map((each) => each.request)).toEqual(['list']);

    await appendFile(path, bytes.subarray(half));
    await appendFile(path, `this reserve transport: status 0\n${moment('reserve')}`);
    await timeline.read();
    await timeline.read();
    expect(timeline.outcomes.map(({ request, group }) => `${request} ${group}`)).toEqual([
      'list reads',
      'show reads',
      'reserve writes',
    ]);
  });

  it('promises nothing to anybody: verify reads past it', async () => {
    await writeFile(path, moment('list') + told + moment('reserve'));
    expect((await readHistory([folder])).map((each) => each.key)).toEqual(['k']);
  });
});
