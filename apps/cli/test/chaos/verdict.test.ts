import { describe, expect, it } from 'vitest';
import type { Done } from '../../src/chaos/journal.ts';
import { openRequests } from '../../src/chaos/resolve.ts';
import { reasonsForVoid, showing } from '../../src/chaos/verdict.ts';
import { bought, cancel, reserve, seatMap } from '../promises/histories.ts';

const enough = [
  ...Array.from({ length: 10 }, (_, index) => bought(`r${index}`, [index + 1])),
  ...Array.from({ length: 3 }, (_, index) => cancel(`r${index}`)),
  ...Array.from({ length: 20 }, () => seatMap([])),
];

describe('a run is void', () => {
  it('not when enough succeeded', () => {
    expect(reasonsForVoid({ history: enough, standstillMs: 100 })).toEqual([]);
  });

  it.each([
    ['when too few purchases succeeded', enough.slice(1), 100, 'only 9 operations of the kind "reserve"'],
    ['when nothing happened', [], 100, 'only 0 operations of the kind "reserve"'],
    ['when the machine was starved', enough, 5000, 'the clients stood still for 5000 ms'],
    [
      'when most operations got no answer',
      [...enough, ...Array.from({ length: 400 }, () => seatMap([], { outcome: 'unknown' }))],
      100,
      'only 33 of 433 operations were answered',
    ],
  ])('%s', (_, history, standstillMs, reason) => {
    expect(reasonsForVoid({ history, standstillMs }).join('; ')).toContain(reason);
  });
});

describe('a violation is shown', () => {
  const fault = (beganAt: number, endedAt: number): Done => ({
    step: { type: 'fault', at: 0, forMs: 0, fault: 'kill', boxes: ['db'], share: 0, oneWay: false },
    beganAt,
    endedAt,
    outcome: 'done',
    cutShort: 0,
    said: '',
  });

  it('with the faults that were near to its operations, and no others', () => {
    const operations = [bought('a', [1], { invokedAt: 100_000 })];
    const near = [fault(90_000, 96_000), fault(100_005, 120_000)];
    const far = [fault(1000, 94_000), fault(100_011, 120_000)];
    const shown = showing({ promise: 'P1', what: 'lost', operations }, [...near, ...far]);
    expect(shown.near).toEqual(near);
  });

  it('without any when the final state alone shows it', () => {
    expect(showing({ promise: 'P2', what: 'twice', operations: [] }, [fault(0, 1)]).near).toEqual([]);
  });
});

describe('a request is asked for again at the end', () => {
  it('when its last answer decided nothing', () => {
    const lost = reserve({ key: 'lost', outcome: 'unknown', status: null });
    const resolved = [
      reserve({ key: 'known', outcome: 'unknown', status: null }),
      reserve({ key: 'known', id: 'b' }),
    ];
    const cancelled = cancel('b', { outcome: 'unknown', status: 503 });
    expect(openRequests([lost, ...resolved, cancelled])).toEqual([lost, cancelled]);
  });
});
