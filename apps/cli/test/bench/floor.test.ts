import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { measureFloor } from '../../src/bench/floor.ts';
import { renderFloor } from '../../src/bench/render-floor.ts';

const bench = (...args: string[]) =>
  execa(process.execPath, [fileURLToPath(new URL('../../bin/bench.mjs', import.meta.url)), ...args], {
    reject: false,
    timeout: 120_000,
  });

it.each([
  [[], 'Which measurement?'],
  [['flor'], 'Did you mean "floor"?'],
  [['floor', '--seconds', '1'], 'a whole number from 6'],
  [['floor', '--fast'], "unknown option '--fast'"],
])('refuses %j with status 2 and a reason', async (args, reason) => {
  const { exitCode, stderr, stdout } = await bench(...args);
  expect(stderr).toContain(reason);
  expect([exitCode, stdout]).toEqual([2, '']);
});

it('holds the shop against the bare handler, on the same requests', async () => {
  const result = await measureFloor({
    seconds: 3,
    warmRequests: 600,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(result.why).toEqual([]);
  expect(result.routes.map(({ route, requests }) => [route, requests])).toEqual([
    ['show', 900],
    ['seats', 450],
    ['buy', 450],
  ]);
  // Not the limit: a run as short as this, beside other tests, is too noisy to judge by.
  for (const { ratio } of result.routes) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(1.8));
  expect(renderFloor(result)).toContain('GET /shows/:id/seats');
}, 120_000);

it('ends when it is stopped', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  const stopping = measureFloor({
    seconds: 3,
    warmRequests: 10,
    signal: stopped,
    onProgress: () => undefined,
  });
  await expect(stopping).rejects.toThrow('stopped');
}, 60_000);
