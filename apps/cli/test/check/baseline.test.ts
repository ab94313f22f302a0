import { describe, expect, it } from 'vitest';
import { type Baseline, parseBaseline } from '../../src/check/baseline.ts';

const EXPECTED = {
  stage: 2,
  scenario: 'mixed',
  reference: 'c0ffee',
  boxes: { app: '1 × 0.12' },
  where: 'stages/2/baseline.json',
};
const GOOD: Baseline = {
  version: 1,
  stage: 2,
  scenario: 'mixed',
  reference: 'c0ffee',
  boxes: { app: '1 × 0.12' },
  amount: { rates: { this: 40, reference: 60 }, users: { this: 4, reference: 5 } },
  figures: { cpuRatio: 2, throughputRatio: 0.5, before: null, boots: 6 },
  shown: { p50Ms: 5, p95Ms: 12, rps: 60, cpuMicrosPerRequest: { app: 1000 } },
  provenance: {
    machine: 'a machine',
    commit: 'abc',
    runtime: 'native',
    limiter: 'cgroup-v2',
    startedAt: '2026-01-01T00:00:00.000Z',
    quotas: { app: 0.12 },
  },
};

const reading = (text: string) => () => parseBaseline(text, EXPECTED);
const refusal = (message: RegExp) =>
  expect.objectContaining({
    message: expect.stringMatching(message),
    where: EXPECTED.where,
    next: expect.stringContaining('pnpm stage 2 baseline'),
  });

describe('a baseline', () => {
  it('is read as it was written', () => {
    expect(reading(JSON.stringify(GOOD))()).toEqual(GOOD);
  });

  it('of another machine is held against: its ratios carry over', () => {
    const elsewhere = { ...GOOD, provenance: { ...GOOD.provenance, machine: 'another one' } };
    expect(reading(JSON.stringify(elsewhere))().provenance.machine).toBe('another one');
  });

  it.each([
    ['of another stage', { stage: 3 }, /baseline of stage 3, not of stage 2/],
    ['of another scenario', { scenario: 'sale' }, /measured with "sale"/],
    ['measured beside another reference', { reference: 'decaf' }, /another reference program/],
    ['of other quotas', { boxes: { app: '1 × 0.10' } }, /other boxes .*: app 1 × 0.10, now 1 × 0.12/],
    ['of more boxes', { boxes: { app: '1 × 0.12', db: '1 × 0.1' } }, /db 1 × 0.1, now none/],
  ])('%s is refused, with what to do', (_, change, message) => {
    expect(reading(JSON.stringify({ ...GOOD, ...change }))).toThrow(refusal(message));
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 200), /it is not JSON/],
    ['without its ratio', (text: string) => text.replace('"cpuRatio"', '"cpu"'), /cpuRatio/],
    ['with a ratio of nothing', (text: string) => text.replace('"cpuRatio":2', '"cpuRatio":0'), /cpuRatio/],
    ['of another format', (text: string) => text.replace('"version":1', '"version":2'), /version/],
  ])('that is %s is refused, with what is wrong', (_, spoil, message) => {
    expect(reading(spoil(JSON.stringify(GOOD)))).toThrow(refusal(message));
  });
});
