import { describe, expect, it } from 'vitest';
import { unknowns } from '../lib/ask-again.ts';

/** Asks again every 100 ms for a while; at which moments a request was sent. */
function askedAt(answers: readonly boolean[], forMs = 60_000): number[] {
  let now = 0;
  const open = unknowns(() => now);
  const asked: number[] = [];
  open.add(() => {
    asked.push(now);
    return answers[asked.length - 1] ?? false;
  });
  for (; now <= forMs; now += 100) open.askAgain();
  return asked;
}

describe('an unknown outcome', () => {
  it('is asked for again after a pause, until it is known', () => {
    expect(askedAt([true])).toEqual([1000]);
    expect(askedAt([false, false, true, false])).toEqual([1000, 2000, 3000]);
  });

  it('stays unknown after a bounded number of tries', () => {
    expect(askedAt([])).toEqual([1000, 2000, 3000, 4000]);
  });

  it('costs at most one request a visit, the oldest first', () => {
    let now = 0;
    const open = unknowns(() => now);
    const asked: string[] = [];
    for (const name of ['first', 'second', 'third'])
      open.add(() => {
        asked.push(name);
        return true;
      });
    open.askAgain();
    expect(asked).toEqual([]);
    now = 5000;
    open.askAgain();
    expect(asked).toEqual(['first']);
    open.askAgain();
    open.askAgain();
    open.askAgain();
    expect(asked).toEqual(['first', 'second', 'third']);
  });
});
