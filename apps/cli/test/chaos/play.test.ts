import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clockOf } from '../../src/chaos/play.ts';

const { signal } = new AbortController();

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** The moments of the schedule, of those asked for, that have come after so many milliseconds. */
async function come(clock: ReturnType<typeof clockOf>, moments: readonly number[]): Promise<number[]> {
  const reached: number[] = [];
  for (const at of moments) void clock.until(at).then(() => reached.push(at));
  await new Promise((resolve) => setTimeout(resolve, 150));
  return reached;
}

it('puts off what is scheduled after an operation that begins late, by as much', async () => {
  const began = Date.now();
  const clock = clockOf([1000, 3000], signal);
  vi.setSystemTime(began + 2500);
  expect(await come(clock, [900, 1000, 1100])).toEqual([900, 1000]);
  clock.begins();
  expect(await come(clock, [1100])).toEqual([]);
  vi.setSystemTime(began + 2600);
  expect(await come(clock, [1100, 1101])).toEqual([1100]);
  vi.setSystemTime(began + 9000);
  expect(await come(clock, [3000, 3001])).toEqual([3000]);
  clock.begins();
  vi.setSystemTime(began + 9500);
  expect(await come(clock, [3500, 3501])).toEqual([3500]);
});
