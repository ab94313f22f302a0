import { describe, expect, it } from 'vitest';
import type { Done } from '../../src/chaos/journal.ts';
import type { Step } from '../../src/chaos/schedule.ts';
import { toldBy } from '../../src/chaos/told-by.ts';

// Watches promise P6.
const ACKNOWLEDGED = 10_000;

function span(step: Partial<Step>, beganAt: number, endedAt: number): Done {
  return { step: step as Step, beganAt, endedAt, outcome: 'done', cutShort: 0, said: '' };
}

const on = (...boxes: string[]) => ({ type: 'fault', fault: 'pause', boxes }) as const;
const run = (verb: 'failover' | 'heal' | 'cut' | 'mend') => ({ type: 'operation', verb }) as const;

/** How long after it was acknowledged a change must have been told. */
function within(...done: readonly Done[]): number {
  return toldBy(done, { graceMs: 1000, databases: ['db', 'replica-1'] })(ACKNOWLEDGED) - ACKNOWLEDGED;
}

describe('the time within which streams tell of a change', () => {
  it.each([
    ['is the same', 'while nothing happens', [], 1000],
    ['is the same', 'when an app hangs', [span(on('app-1'), 10_200, 10_700)], 1000],
    ['is the same', 'while the stack is healed', [span(run('heal'), 9000, 20_000)], 1000],
    ['is the same', 'when a database hung before', [span(on('db'), 9000, 9900)], 1000],
    ['is the same', 'when a database hangs afterwards', [span(on('db'), 11_000, 15_000)], 1000],
    ['is longer', 'when a database hangs', [span(on('db'), 10_200, 10_700)], 1500],
    ['is longer', 'when a link of a database is cut', [span(on('app-1', 'db'), 9000, 10_700)], 1700],
    ['is longer', 'during a failover', [span(run('failover'), 9000, 20_000)], 11_000],
    [
      'is longer',
      'while a disk is full',
      [span({ type: 'fault', fault: 'full-disk', boxes: ['mail'] }, 9000, 12_000)],
      3000,
    ],
    [
      'is longer',
      'by the whole of two faults that overlap',
      [span(on('replica-1'), 10_400, 10_600), span(on('db'), 10_100, 10_500)],
      1500,
    ],
    [
      'is longer',
      'until regions are joined again',
      [span(run('cut'), 9000, 9100), span(run('mend'), 12_000, 12_100)],
      3100,
    ],
    [
      'is without end',
      'while regions stay cut off',
      [span(run('cut'), 9000, 9100)],
      Number.POSITIVE_INFINITY,
    ],
  ])('%s %s', (_, __, done, expected) => {
    expect(within(...done)).toBe(expected);
  });
});
