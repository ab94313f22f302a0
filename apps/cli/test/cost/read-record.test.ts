import { describe, expect, it } from 'vitest';
import { measuredStage, parseMeasuredStages, readMeasuredStages } from '../../src/journey/read-record.ts';
import type { Journey } from '../../src/journey/record.ts';
import { busy, measured } from './hand-made.ts';

const STAGE = measured({
  stage: 4,
  loads: [busy('db', 'db', 0.9)],
  previous: [busy('db', 'db', 0.9)],
  ratio: 2,
});

describe('the recorded journey', () => {
  it('is read as it was written, whatever else it holds', () => {
    const text = JSON.stringify({ recipe: 'full', stages: [{ ...STAGE, seconds: 70, drill: {} }] });
    expect(parseMeasuredStages(text)).toEqual([STAGE]);
  });

  it('has in each stage of a journey what a forecast takes', () => {
    // Checked by the compiler: the report passes on what it measured, without reading it back.
    const taken = (journey: Journey): readonly (typeof STAGE)[] => journey.stages;
    expect(taken).toBeTypeOf('function');
  });

  it.each([
    ['is no JSON', '{"stages": [', 'cannot be read'],
    ['has no stages', '{}', 'stages: '],
    ['lacks a rung', JSON.stringify({ stages: [{ ...STAGE, ladder: [{ users: 1 }] }] }), 'stages.0.ladder.0'],
  ])('that %s is refused, with the command that writes it', (_, text, message) => {
    expect(() => parseMeasuredStages(text)).toThrow(message);
    expect(() => parseMeasuredStages(text)).toThrow(
      expect.objectContaining({ next: expect.stringContaining('pnpm stage all journey --record') }),
    );
  });

  it('that was never made, or lacks the stage, says how to make it', async () => {
    const how = { next: expect.stringContaining('pnpm stage all journey --record') };
    await expect(readMeasuredStages('/nowhere/journey.json')).rejects.toMatchObject(how);
    expect(() => measuredStage([STAGE], 5)).toThrow('does not have stage 5');
  });
});
