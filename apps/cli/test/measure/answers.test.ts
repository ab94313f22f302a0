import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bySecond, readAnswers } from '../../src/measure/answers.ts';
import { intervalOf } from '../../src/measure/bootstrap.ts';

it('reads the right answers of a timeline, by side and second', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'answers-'));
  const line = (side: string, sentAt: number, ms: number, verdict = 'right') =>
    JSON.stringify({
      side,
      request: 'seats',
      sentAt,
      tookMs: Math.round(ms),
      ms,
      verdict,
      status: 200,
      error: '',
    });
  const lines = [
    line('this', 999, 9),
    line('this', 1000, 1.25),
    line('previous', 1500, 80.5),
    line('this', 1999, 1.5),
    line('this', 2000, 2),
    line('this', 2100, 5000, 'transport'),
    line('this', 3000, 9),
    JSON.stringify({ side: 'this', key: 'k', status: 201, id: 'x', showId: 1, seats: [1], replayed: false }),
    'a warning of k6',
  ];
  await writeFile(join(folder, 'history.jsonl'), `${lines.join('\n')}\n`);
  const answers = await readAnswers(folder);
  await rm(folder, { recursive: true });
  expect(answers).toHaveLength(6);
  const window = { from: 1000, seconds: 2 };
  expect(bySecond(answers, 'this', window)).toEqual([[1.25, 1.5], [2]]);
  expect(bySecond(answers, 'previous', window)).toEqual([[80.5], []]);
});

it('gives any ratio of paired bins its interval', () => {
  const bins = Array.from({ length: 20 }, (_, second) => ({ slow: 80 + (second % 3), fast: 2 }));
  const { ratio, interval } = intervalOf(
    [bins, bins],
    (drawn) =>
      drawn.reduce((sum, { slow }) => sum + slow, 0) / drawn.reduce((sum, { fast }) => sum + fast, 0),
  );
  expect(ratio).toBeCloseTo(40.5, 0);
  expect(interval[0]).toBeLessThan(ratio);
  expect(interval[1]).toBeGreaterThan(ratio);
  expect(interval[1] / interval[0]).toBeLessThan(1.12);
});
