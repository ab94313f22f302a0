import { describe, expect, it } from 'vitest';
import { effectOf } from '../../../src/drill/effect.ts';
import { deathsOf } from '../../../src/journey/report/deaths.ts';
import { failing, load, TURN } from '../../drill/hand-made.ts';
import { syntheticJourney } from './synthetic.ts';

const always = Number.POSITIVE_INFINITY;
const [stage] = syntheticJourney().stages;

/** What the report says of a box whose death had this effect on reads. */
function meaning(outcomes: ReturnType<typeof load>, notExercised: string | null = null): string | undefined {
  if (stage === undefined) throw new Error('the synthetic journey has stages');
  return deathsOf({ ...stage.drill, boxes: [{ ...effectOf(outcomes, TURN, always), notExercised }] })[0]
    ?.meaning;
}

describe('what the death of a box means', () => {
  it('nothing', () => {
    expect(meaning(load('list'))).toBe('no request failed');
    expect(meaning(load('list'), 'nothing was sold meanwhile')).toBe(
      'no request failed; not exercised: nothing was sold meanwhile',
    );
  });

  it('others took over', () => {
    expect(meaning(load('list', failing(10_000, 11_000)))).toBe('some failed, then others took over');
  });

  it('a part of the requests failed to the end: nobody took over', () => {
    const some = (at: number) => (at >= 10_000 && at < 14_000 && at % 500 === 0 ? { status: 503 } : {});
    expect(meaning(load('list', some))).toBe('some failed until it was back');
  });

  it('all of a kind hangs on it', () => {
    const outcomes = [...load('list'), ...load('reserve', failing(10_000, 14_500))];
    expect(meaning(outcomes)).toBe('single point of failure for writes');
  });
});
