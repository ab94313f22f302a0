import { describe, expect, it } from 'vitest';
import { askedFor, toldOf } from '../../src/journey/choose-stages.ts';
import type { Resumed } from '../../src/journey/journal.ts';

const all = [1, 2, 3];
const whole: Resumed = { measured: null, drill: null, because: [] };
const lacking: Resumed = { ...whole, because: ['not drilled'] };

describe('the stages of a journey', () => {
  it.each([
    ['all', { stage: null, stages: undefined }, [1, 2, 3]],
    ['one', { stage: 2, stages: undefined }, [2]],
    ['some, in order and once', { stage: null, stages: '3, 1,3' }, [1, 3]],
  ])('%s', (_, wish, stages) => {
    expect(askedFor({ all, ...wish })).toEqual(stages);
  });

  it.each(['4', '2,', 'two', '', '2.5'])('refuses --stages %j, and says which there are', (stages) => {
    expect(() => askedFor({ all, stage: null, stages })).toThrow('there is no stage');
  });

  it('refuses one stage and others at the same time', () => {
    expect(() => askedFor({ all, stage: 2, stages: '1,3' })).toThrow('One stage is named by 2');
  });

  it('a resumed journey tells of what the journal has whole, besides what is asked for', () => {
    const resumed = new Map([
      [1, whole],
      [3, lacking],
    ]);
    expect(toldOf(all, [2], resumed, false)).toEqual([1, 2]);
  });

  it('one that lacks a stage is not recorded, unless the journal has it', () => {
    expect(() => toldOf(all, [2], new Map(), true)).toThrow('this one would lack 1, 3');
    const resumed = new Map([
      [1, whole],
      [3, whole],
    ]);
    expect(toldOf(all, [2], resumed, true)).toEqual([1, 2, 3]);
  });
});
