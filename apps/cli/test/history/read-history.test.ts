import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, learn, lineOf, type Request } from '../../../../loadtests/lib/line.ts';
import { HISTORY, readHistory } from '../../src/history/read-history.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (...lines: readonly unknown[]) =>
  writeFile(
    join(folder, HISTORY),
    `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`,
  );

const OCCASION = { side: 'this', process: 'this-1', invokedAt: 1000, completedAt: 1010 };

const lineFor = (request: Request, answer: Answer) =>
  lineOf(request, answer, learn(request, answer), OCCASION);

describe('the history of a run', () => {
  it('is what k6 writes, with what it leaves out filled in', async () => {
    const purchase = {
      op: 'reserve',
      key: 'k',
      showId: 3,
      seats: [1],
      ticket: 'mail',
      email: 'a@b.c',
    } as const;
    const body = '{"id":"r1","status":"confirmed"}';
    await write(
      lineFor(purchase, { status: 201, body }),
      'this buy transport: status 0 request timeout',
      { request: 'buy', sentAt: 1000, tookMs: 10, side: 'this' },
      lineFor({ op: 'cancel', id: 'r1' }, { status: 0, body: null }),
    );
    expect(await readHistory([folder])).toEqual([
      {
        ...OCCASION,
        ...purchase,
        email: null,
        outcome: 'ok',
        status: 201,
        id: 'r1',
        state: 'confirmed',
        problem: null,
        mailOwed: false,
        replayed: false,
        after: null,
        position: null,
        ageMs: 0,
      },
      {
        ...OCCASION,
        op: 'cancel',
        key: null,
        id: 'r1',
        showId: 0,
        seats: [],
        outcome: 'unknown',
        status: null,
        completedAt: null,
        state: null,
        problem: null,
        mailOwed: false,
        replayed: false,
        ticket: null,
        email: null,
        after: null,
        position: null,
        ageMs: 0,
      },
    ]);
  });

  it('is empty where a run bought nothing', async () => {
    expect(await readHistory([join(folder, 'none')])).toEqual([]);
  });

  it('names the line that cannot be read', async () => {
    await write({ op: 'reserve' });
    await expect(readHistory([folder])).rejects.toThrow('history.jsonl:1 cannot be read: {"op":"reserve"}');
  });
});
