import { beforeAll, describe, expect, it } from 'vitest';
import { decide, type Look, type Situation } from '../../src/autoscale/decide.ts';
import { type Rules, readRules } from '../../src/autoscale/rules.ts';

const S = 1000;
const NOW = Date.parse('2026-11-20T12:00:00+01:00');

let rules: Rules;
beforeAll(async () => {
  rules = await readRules();
});

/** A look every ten seconds, ending now: `[seconds, average]` parts, oldest first. */
function looks(...parts: readonly (readonly [seconds: number, average: number])[]): Look[] {
  let from = NOW - parts.reduce((sum, [seconds]) => sum + seconds, 0) * S;
  return parts.flatMap(([seconds, average]) =>
    Array.from({ length: seconds / 10 }, () => {
      const look = { from, to: from + 10 * S, average };
      from = look.to;
      return look;
    }),
  );
}

function situation(changes: Partial<Situation>): Situation {
  return { now: NOW, boxes: 3, start: 3, looks: [], last: null, ...changes };
}

describe('above 60 % on average', () => {
  it.each([
    [2, 3],
    [3, 5],
    [4, 6],
    [5, 6],
  ])('%i boxes become %i: half as many again, rounded up, at most six', (boxes, to) => {
    expect(decide(rules, situation({ boxes, start: 2, looks: looks([60, 0.61]) }))).toMatchObject({
      change: 'add',
      rule: 'above',
      from: boxes,
      to,
      average: expect.closeTo(0.61),
    });
  });

  it('says what was measured, and which rule it met', () => {
    expect(decide(rules, situation({ looks: looks([60, 0.83]) }))).toMatchObject({
      why: 'average CPU 83 % over 60 s is above 60 %: half as many again',
    });
  });

  it('at exactly 60 % nothing happens', () => {
    expect(decide(rules, situation({ looks: looks([60, 0.6]) }))).toEqual({ change: 'none' });
  });

  it('it is the average of the period that counts: a peak of ten seconds is none', () => {
    expect(decide(rules, situation({ looks: looks([50, 0.4], [10, 1]) }))).toEqual({ change: 'none' });
    expect(decide(rules, situation({ looks: looks([60, 0.2], [20, 0.4], [40, 0.8]) }))).toMatchObject({
      change: 'add',
      average: expect.closeTo(2 / 3),
    });
  });

  it('looks of less than a period decide nothing', () => {
    expect(decide(rules, situation({ looks: looks([50, 1]) }))).toEqual({ change: 'none' });
  });

  it('six are the most, and that is said', () => {
    expect(decide(rules, situation({ boxes: 6, looks: looks([60, 0.9]) }))).toMatchObject({
      change: 'held',
      why: expect.stringContaining('but 6 boxes are the most'),
    });
  });

  it('nothing is decided for two minutes after boxes came, and never by what was before', () => {
    const overloaded = looks([300, 0.9]);
    const came = (seconds: number) => ({ at: NOW - seconds * S, change: 'add' }) as const;
    expect(decide(rules, situation({ boxes: 5, looks: overloaded, last: came(110) }))).toEqual({
      change: 'none',
    });
    expect(decide(rules, situation({ boxes: 5, looks: overloaded, last: came(120) }))).toMatchObject({
      change: 'add',
      from: 5,
      to: 6,
    });
  });
});

describe('below 20 % for five minutes', () => {
  it.each([
    [6, 3, 3],
    [5, 3, 3],
    [4, 2, 2],
    [6, 4, 4],
    [6, 2, 3],
  ])(
    '%i boxes, started with %i, become %i: half of them go, rounded down, never below the start',
    (boxes, start, to) => {
      expect(decide(rules, situation({ boxes, start, looks: looks([300, 0.1]) }))).toMatchObject({
        change: 'remove',
        rule: 'below',
        from: boxes,
        to,
      });
    },
  );

  it('says what was measured, and which rule it met', () => {
    expect(decide(rules, situation({ boxes: 6, looks: looks([300, 0.12]) }))).toMatchObject({
      why: 'average CPU 12 %, below 20 % for 5 min: half of them go, not below 3',
    });
  });

  it('each of the five minutes must be: one of 25 % keeps them all', () => {
    const once = looks([120, 0.1], [60, 0.25], [120, 0.1]);
    expect(decide(rules, situation({ boxes: 6, looks: once }))).toEqual({ change: 'none' });
  });

  it('four minutes are not enough', () => {
    expect(decide(rules, situation({ boxes: 6, looks: looks([240, 0.1]) }))).toEqual({ change: 'none' });
  });

  it('as many as at the start stay, however idle they are', () => {
    expect(decide(rules, situation({ looks: looks([600, 0.01]) }))).toEqual({ change: 'none' });
  });

  it('the five minutes begin anew when boxes came or went', () => {
    const last = { at: NOW - 290 * S, change: 'add' } as const;
    expect(decide(rules, situation({ boxes: 6, looks: looks([300, 0.1]), last }))).toEqual({
      change: 'none',
    });
  });
});

it('between the two thresholds nothing happens', () => {
  expect(decide(rules, situation({ boxes: 4, looks: looks([600, 0.4]) }))).toEqual({ change: 'none' });
});

describe('a sale that is known beforehand', () => {
  const opens = Date.parse('2026-11-27T11:45:00+01:00');
  const closes = Date.parse('2026-11-27T14:00:00+01:00');
  const at = (now: number, changes: Partial<Situation> = {}): Situation =>
    situation({
      now,
      ...changes,
      looks: looks([300, 0.1]).map((look) => ({
        ...look,
        from: look.from - NOW + now,
        to: look.to - NOW + now,
      })),
    });

  it('has its boxes before anybody comes, from the moment in the rules on', () => {
    expect(decide(rules, at(opens - 1))).toEqual({ change: 'none' });
    expect(decide(rules, at(opens))).toMatchObject({ change: 'add', rule: 'scheduled', from: 3, to: 6 });
  });

  it('waits for no figure and for no pause', () => {
    const last = { at: opens - 10 * S, change: 'remove' } as const;
    expect(decide(rules, situation({ now: opens, last }))).toMatchObject({
      rule: 'scheduled',
      to: 6,
      average: null,
    });
  });

  it('keeps them while it lasts, idle or not, and then the other rules hold', () => {
    expect(decide(rules, at(closes - 1, { boxes: 6 }))).toEqual({ change: 'none' });
    expect(decide(rules, at(closes, { boxes: 6 }))).toMatchObject({ rule: 'below', from: 6, to: 3 });
  });

  it('of two at the same time the one that wants more boxes counts', () => {
    const [sale] = rules.scheduled;
    if (sale === undefined) throw new Error('the rules have a sale');
    const two = { ...rules, scheduled: [{ ...sale, name: 'a small one', boxes: 4 }, sale] };
    expect(decide(two, at(opens))).toMatchObject({ to: 6, why: expect.stringContaining('the Friday sale') });
  });
});
