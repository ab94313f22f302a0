import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/drill/effect.ts';
import type { Outcome } from '../../src/drill/outcome.ts';
import { verdictOf } from '../../src/drill/verdict.ts';
import { failing, load, outcome, TURN } from './hand-made.ts';

function verdict(...outcomes: readonly Outcome[][]): string {
  const effect = effectOf(outcomes.flat(), TURN, Number.POSITIVE_INFINITY);
  return verdictOf({ ...effect, notExercised: null }, 'kill');
}

describe('may the box die?', () => {
  it.each([
    ['nothing failed', [load('list'), load('reserve')], 'no request failed'],
    [
      'nothing failed, and somebody waited',
      [load('list'), [outcome('list', 10_010, 2500)]],
      'no request failed, one waited 2.5 s',
    ],
    [
      'a few failed, until others took over',
      [load('list', failing(10_000, 10_200)), load('reserve', failing(10_100, 10_300))],
      '2 of 100 reads and 2 of 100 writes failed, 0 ms to 200 ms after the kill',
    ],
    [
      'one failed',
      [load('list'), [outcome('reserve', 10_020, 5, 0), outcome('reserve', 12_500)]],
      '1 of 2 writes failed, 20 ms after the kill',
    ],
    [
      'what buys hangs on it',
      [load('show'), load('reserve', failing(10_000, 14_300))],
      'writes failed for 4.2 s: single point of failure for writes',
    ],
    [
      'what buys hangs on it, and something else stumbled',
      [load('show', failing(10_000, 10_100)), load('reserve', failing(10_000, 14_300))],
      'writes failed for 4.2 s (and 1 of 100 reads): single point of failure for writes',
    ],
    [
      'everything hangs on it',
      [load('list', failing(10_000, 14_300)), load('reserve', failing(10_000, 14_300))],
      'everything failed for 4.2 s: single point of failure',
    ],
    [
      'everything hangs on it, in a load that only reads',
      [load('poster', failing(10_000, 14_300))],
      'everything failed for 4.2 s: single point of failure',
    ],
    [
      'everybody waited for it',
      [load('list', (at) => (at >= 10_000 && at < 14_000 ? { tookMs: 14_600 - at } : {}))],
      'everything waited until it was back: single point of failure',
    ],
  ])('%s', (_, outcomes, sentence) => {
    expect(verdict(...outcomes)).toBe(sentence);
  });
});
