import { describe, expect, it } from 'vitest';
import { bootPair } from '../../src/measure/pair.ts';
import type { Runtime, StackId, UpOptions } from '../../src/runtime/runtime.ts';
import { stackState } from './stack-state.ts';

const signal = new AbortController().signal;

/** Notes what is asked of it; `fails`: the stage that cannot come up. */
function noting(fails: number | null): { runtime: Runtime; asked: string[] } {
  const asked: string[] = [];
  const runtime = {
    up: async (stage: number, options: UpOptions) => {
      asked.push(`up ${stage} slot ${options.slot}${options.unlimited ? ' unlimited' : ''}`);
      if (stage === fails) throw new Error('no memory');
      return stackState([], stage);
    },
    down: async ({ stage, slot }: StackId) => {
      asked.push(`down ${stage} slot ${slot}`);
      return false;
    },
  } as unknown as Runtime;
  return { runtime, asked };
}

describe('the two stacks of a comparison', () => {
  it('come up without quotas, beside a learner’s own, after what a killed comparison left is gone', async () => {
    const { runtime, asked } = noting(null);
    const pair = await bootPair(runtime, { stage: 3, scenario: 'mixed', signal });
    expect(asked).toEqual([
      'down 2 slot 1',
      'down 3 slot 1',
      'up 2 slot 1 unlimited',
      'up 3 slot 1 unlimited',
    ]);
    expect([pair.previous.stage, pair.this.stage]).toEqual([2, 3]);
  });

  it('are both down again when one cannot come up', async () => {
    const { runtime, asked } = noting(3);
    await expect(bootPair(runtime, { stage: 3, scenario: 'mixed', signal })).rejects.toThrow('no memory');
    expect(asked.slice(-2)).toEqual(['down 2 slot 1', 'down 3 slot 1']);
  });
});
