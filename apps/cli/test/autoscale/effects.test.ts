import { describe, expect, it } from 'vitest';
import { effectsOf, metBetween } from '../../src/autoscale/effects.ts';
import { failing, load } from '../drill/hand-made.ts';

const stretch = { windowMs: 2000, sloMs: 200, until: 20_000 };

/** Slow between two moments. */
function slow(from: number, to: number) {
  return (sentAt: number) => (sentAt >= from && sentAt < to ? { tookMs: 900 } : {});
}

describe('what a decision did for those who ask', () => {
  it('P95 before it, the time until P95 was back, and P95 from then on', () => {
    const [effect] = effectsOf(load('list', slow(9000, 13_000)), [{ decidedAt: 11_000 }], stretch);
    expect(effect).toMatchObject({ beforeMs: 900, afterMs: 10 });
    // The first two seconds without more than one slow answer in twenty begin with the last slow ones.
    expect(effect?.backMs).toBe(2000);
  });

  it('one that came before anybody had to wait was all the time within the SLO', () => {
    expect(effectsOf(load('list'), [{ decidedAt: 11_000 }], stretch)).toEqual([
      { beforeMs: 10, backMs: 0, afterMs: 10 },
    ]);
  });

  it('one that did not help is told so, up to the next decision', () => {
    const outcomes = load('list', slow(8000, 17_000));
    const effects = effectsOf(outcomes, [{ decidedAt: 10_000 }, { decidedAt: 15_000 }], stretch);
    expect(effects[0]).toMatchObject({ backMs: null, afterMs: null });
    expect(effects[1]).toMatchObject({ backMs: 2000, afterMs: 10 });
  });
});

describe('what requests met', () => {
  it('counts those sent in the stretch, and takes P50 and P95 of the right ones', () => {
    expect(metBetween(load('list', failing(10_000, 11_000)), 9000, 12_000)).toEqual({
      requests: 30,
      failed: 10,
      p50Ms: 10,
      p95Ms: 10,
    });
  });

  it('of a stretch without an answer nothing is made up', () => {
    expect(metBetween([], 0, 1000)).toEqual({ requests: 0, failed: 0, p50Ms: null, p95Ms: null });
  });
});
