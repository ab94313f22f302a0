import { describe, expect, it } from 'vitest';
import { lesson } from '../../src/autoscale/lesson.ts';
import { averageOf } from '../../src/autoscale/look.ts';
import { boxLoads } from '../../src/measure/saturation.ts';
import { box } from '../measure/stack-state.ts';

/** What boxes with these shares of their quotas look like. */
function loads(shares: Readonly<Record<string, number>>) {
  const boxes = Object.keys(shares).map((name) => box(name, name.replace(/-\d+$/, ''), 0.1));
  const used = Object.entries(shares).map(([name, share]) => ({
    box: name,
    kind: name.replace(/-\d+$/, ''),
    cpuMicros: share * 0.1 * 1e6,
    throttledMicros: 0,
    periods: 20,
    throttledPeriods: 0,
    memoryBytes: 1,
  }));
  return boxLoads(used, boxes, 1);
}

describe('what the rules do not see', () => {
  it('a full database: more apps would wait for it, too', () => {
    expect(lesson(loads({ lb: 0.2, 'app-1': 0.6, 'app-2': 0.7, db: 0.97 }), ['app'])).toBe(
      'the database is full (97 % of its quota) with app at 65 %: more apps would not help',
    );
  });

  it('a full load balancer', () => {
    expect(lesson(loads({ lb: 0.95, 'app-1': 0.5, db: 0.4 }), ['app'])).toMatch(/^lb is full/);
  });

  it('says nothing where the apps are the fullest, or nothing is full', () => {
    expect(lesson(loads({ lb: 0.2, 'app-1': 0.99, db: 0.95 }), ['app'])).toBeNull();
    expect(lesson(loads({ lb: 0.2, 'app-1': 0.7, db: 0.8 }), ['app'])).toBeNull();
  });
});

it('the average is over the boxes of the service, and nothing where there is none', () => {
  expect(averageOf(loads({ 'app-1': 0.2, 'app-2': 0.6, db: 1 }), 'app')).toBeCloseTo(0.4);
  expect(averageOf(loads({ db: 1 }), 'app')).toBeNull();
});
