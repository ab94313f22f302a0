import { describe, expect, it } from 'vitest';
import { chooseBoxes } from '../../src/drill/choose-boxes.ts';
import { readStage } from '../../src/stage/stages.ts';

describe('the boxes that a drill kills', () => {
  it('are all but the load generator, of instances one', async () => {
    const file = await readStage(4);
    expect(chooseBoxes(4, file, {})).toEqual(['lb', 'app-1', 'db', 'replica-1', 'replica-2', 'mail']);
    expect(chooseBoxes(4, file, { all: true })).toContain('app-3');
    expect(chooseBoxes(4, file, { box: 'app-2' })).toEqual(['app-2']);
  });
});
