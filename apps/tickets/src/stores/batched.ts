import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One function for many callers: each of them gets a run that began after it asked, runs do not overlap, and two of them
 * begin at least `gapMs` milliseconds apart. So a flood of callers costs `1000 / gapMs` runs a second.
 *
 * @param run must not reject
 */
export function batched<Result>(run: () => Promise<Result>, gapMs: number): () => Promise<Result> {
  let begunAt = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;

  async function after(previous: Promise<unknown>): Promise<Result> {
    await previous;
    const early = begunAt + gapMs - performance.now();
    if (early > 0) await sleep(early);
    // A caller from now on needs the next run: this one may not see what that caller knows of.
    next = undefined;
    begunAt = performance.now();
    return await run();
  }

  return () => {
    if (next === undefined) {
      next = after(last);
      last = next;
    }
    return next;
  };
}
