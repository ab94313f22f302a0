import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/check/check.ts';
import { renderCheck } from '../../src/report/check.ts';
import { checkSummary, whisker } from '../../src/report/check-summary.ts';
import { FLOOR, sideOf } from './boots.ts';

const CHECK: Check = {
  stage: 3,
  scenario: 'sale',
  against: 'main (1a2b3c4d5e6f)',
  verdict: 'slower',
  why: [],
  cpu: { ratio: 1.08, interval: [1.05, 1.11] },
  throughput: { ratio: 0.97, interval: [0.8, 1.18] },
  runs: [
    { cpu: 1.07, throughput: 0.9 },
    { cpu: 1.09, throughput: 1.04 },
  ],
  sides: { this: sideOf(1080), reference: sideOf(500), other: sideOf(1000) },
  rates: { this: 30 },
  floor: FLOOR,
  seconds: 118,
  provenance: {
    runtime: 'native',
    limiter: 'cgroup-v2',
    machine: '2 × some processor',
    commit: 'abcdef',
    startedAt: '2026-01-01T00:00:00.000Z',
    k6: '1.8.1',
    quotas: { 'app-1': 0.12 },
    scenario: 'sale',
    load: '30/s',
    durationSeconds: 20,
    conditions: ['2 boots'],
  },
};

describe('the plot of a ratio', () => {
  const at = (text: string, sign: string) => text.indexOf(sign);

  it('puts 1 in the middle', () => {
    const drawn = whisker({ ratio: 1, interval: [0.9, 1.1] });
    expect(drawn).toHaveLength(49);
    expect(at(drawn, '●')).toBe(24);
    expect(at(drawn, '┤') - 24).toBe(24 - at(drawn, '├'));
  });

  it('keeps what lies outside at its edge', () => {
    const drawn = whisker({ ratio: 2, interval: [1.5, 3] });
    expect(at(drawn, '●')).toBe(48);
    expect(drawn).toHaveLength(49);
  });
});

describe('a verdict', () => {
  it('says in its first line what was found', () => {
    expect(renderCheck(CHECK).split('\n')[0]).toContain(
      'stage 3 became slower than main (1a2b3c4d5e6f), twice',
    );
    expect(checkSummary(CHECK).split('\n')[0]).toBe(
      '### Stage 3: slower: stage 3 became slower than main (1a2b3c4d5e6f), twice',
    );
  });

  it('that is void says why, and claims nothing', () => {
    const spoiled: Check = {
      ...CHECK,
      verdict: 'void',
      why: ['no limiter: nothing enforces the CPU quotas'],
    };
    for (const text of [renderCheck(spoiled), checkSummary(spoiled)]) {
      expect(text).toContain('nothing can be said of stage 3');
      expect(text).toContain('no limiter');
      expect(text).not.toContain('became slower');
    }
  });
});
