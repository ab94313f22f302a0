import { expect, it } from 'vitest';
import type { Baseline } from '../../src/check/baseline.ts';
import { againstBaseline } from '../../src/check/requests.ts';
import { machine } from '../../src/measure/provenance.ts';
import { FLOOR } from './boots.ts';

const AMOUNT = { rates: { this: 407, reference: 386 }, users: { this: 15, reference: 15 } };

function requestAgainst(where: string) {
  const baseline: Baseline = {
    version: 1,
    stage: 3,
    scenario: 'mixed',
    reference: 'abc',
    boxes: {},
    amount: AMOUNT,
    figures: { cpuRatio: 0.94, throughputRatio: 1.04, before: null, boots: 8 },
    shown: { p50Ms: 1, p95Ms: 9, rps: 461, cpuMicrosPerRequest: {} },
    provenance: {
      machine: where,
      commit: 'abc',
      runtime: 'native',
      limiter: 'cgroup-v2',
      startedAt: '2026-01-01T00:00:00.000Z',
      quotas: {},
    },
  };
  const { signal } = new AbortController();
  return againstBaseline({ stage: 3, scenario: 'mixed', floor: FLOOR, signal, onProgress: String }, baseline);
}

it('a baseline of another machine is held against at its own rate: the ratio depends on it', () => {
  const { amount, ifVoid } = requestAgainst('64 × a fast one');
  expect(amount).toEqual(AMOUNT);
  expect(ifVoid).toContain('407/s is what another machine took (64 × a fast one)');
  expect(ifVoid).toContain('pnpm stage 3 baseline');
});

it('one of this machine has nothing more to say', () => {
  expect(requestAgainst(machine())).toMatchObject({ amount: AMOUNT });
  expect(requestAgainst(machine()).ifVoid).toBeUndefined();
});
