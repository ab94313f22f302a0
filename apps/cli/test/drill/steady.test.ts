import { describe, expect, it } from 'vitest';
import { unsteady } from '../../src/drill/steady.ts';
import { failing, load } from './hand-made.ts';

const stretch = { from: 8000, to: 11_000, rate: 10 };

describe('before a box is killed', () => {
  it('all was well for a while', () => {
    expect(unsteady(load('list'), stretch)).toBeNull();
  });

  it('not one request may have failed', () => {
    expect(unsteady(load('list', failing(8500, 8600)), stretch)).toEqual({
      state: 'wrong',
      what: '1 of 30 requests failed',
    });
  });

  it('as many must have been answered as were sent: those that hang are on no list', () => {
    const half = load('list').filter((_, index) => index % 2 === 0);
    expect(unsteady(half, stretch)).toEqual({ state: 'slow', what: '15 of 30 requests were answered' });
  });

  it('and nine of ten in time', () => {
    const slow = load('list', (sentAt) => ({ tookMs: sentAt % 300 === 0 ? 900 : 10 }));
    expect(unsteady(slow, stretch)).toEqual({ state: 'slow', what: '20 of 30 answers came within 200 ms' });
  });
});
