import { describe, expect, it } from 'vitest';
import type { Drill } from '../../src/drill/drill.ts';
import { assemble } from '../../src/journey/assemble.ts';
import type { Measured } from '../../src/journey/measure-stage.ts';
import type { Journey } from '../../src/journey/record.ts';
import { recordJourney } from '../../src/journey/record-journey.ts';
import { exitOf, shortfalls } from '../../src/journey/verdict.ts';
import { renderJourney } from '../../src/report/journey.ts';
import { drill, measured, step, stop } from './hand-made.ts';

function stageOf(stage: number, of: { measured?: Measured; drill?: Partial<Drill> } = {}) {
  return assemble(stop(stage), {
    measured: { result: of.measured ?? measured(stage), seconds: 60 },
    drill: { result: drill(stage, of.drill), seconds: 40 },
  });
}

function journeyOf(...stages: readonly ReturnType<typeof stageOf>[]): Journey {
  const valid = stages.every((each) => each.valid);
  return { recipe: 'quick', startedAt: '2026-01-01T00:00:00.000Z', seconds: 300, valid, stages };
}

const noGain: Measured = { ...measured(3), step: step(3, [0.98, 1.1]) };

describe('what a journey comes to', () => {
  it('holds when all is valid and every step helps', () => {
    expect(exitOf(journeyOf(stageOf(1), stageOf(2)))).toBe(0);
  });

  it('falls short when a step may be none', () => {
    const stage = stageOf(3, { measured: noGain });
    expect(shortfalls(stage)).toEqual(['no better than stage 2']);
    expect(exitOf(journeyOf(stageOf(2), stage))).toBe(1);
  });

  it('falls short when a drill lost something', () => {
    const stage = stageOf(2, { drill: { verdict: 'falls short', faults: ['db did not come back'] } });
    expect(shortfalls(stage)).toEqual(['drill: db did not come back']);
    expect(exitOf(journeyOf(stage))).toBe(1);
  });

  it('is void when a stage or a drill is, whatever falls short beside it', () => {
    const shaken = stageOf(2, { drill: { verdict: 'void', why: ['not steady'] } });
    expect(shaken).toMatchObject({ valid: false, why: ['drill: not steady'] });
    expect(exitOf(journeyOf(shaken, stageOf(3, { measured: noGain })))).toBe(2);
  });

  it('is not recorded when void', async () => {
    const spoilt = stageOf(4, { measured: measured(4, ['k6 was starved']) });
    await expect(recordJourney(journeyOf(stageOf(1), spoilt), 'journey.md')).rejects.toThrow(
      'Not recorded, for it is void: stage 4.',
    );
  });
});

describe('the table', () => {
  const lines = (journey: Journey) => renderJourney(journey).split('\n');

  it('shows gain, latencies, throughput, bottlenecks and what all hangs on', () => {
    const found = stageOf(4, {
      drill: {
        boxes: [
          { groups: { reads: {}, writes: {} } },
          { groups: { reads: {}, writes: {} } },
        ] as unknown as Drill['boxes'],
        singlePointsOfFailure: [
          { box: 'lb', of: ['reads', 'writes'] },
          { box: 'db', of: ['writes'] },
        ],
      },
    });
    const row = lines(journeyOf(stageOf(1), found)).find((line) => line.startsWith('4 Title 4')) ?? '';
    for (const text of [
      '4k',
      '× 2.80 (2.70 – 2.90)',
      '30/s',
      '5.0 ms → 5.0 ms',
      '140/s',
      'db 99 % → db 98 %',
      'lb, db (writes)',
    ])
      expect(row).toContain(text);
    expect(row).not.toContain('VOID');
  });

  it('of the first stage: its own throughput, no gain', () => {
    const row = lines(journeyOf(stageOf(1))).find((line) => line.startsWith('1 Title 1')) ?? '';
    expect(row).toMatch(/1k +– +– +– +– +140\/s +db 97 % +–/);
  });

  it('names what is void and what falls short', () => {
    const spoilt = stageOf(2, { measured: measured(2, ['k6 was starved']) });
    const text = renderJourney(journeyOf(spoilt, stageOf(3, { measured: noGain })));
    expect(text).toContain('stage 2  void: k6 was starved');
    expect(text).toContain('stage 3  no better than stage 2');
    expect(text).toMatch(/^VOID$/m);
    expect(text).toMatch(/^2 Title 2.*VOID$/m);
  });
});
