import { expect, it } from 'vitest';
import { cpuQuota } from '../../src/runtime/cpu-quota.ts';

it.each([1, 0.12, 0.05, 0.02, 0.0168, 0.005])('a quota that the kernel takes, for %d of a core', (cpus) => {
  const { quota, period } = cpuQuota(cpus, 50_000);
  expect(quota).toBeGreaterThanOrEqual(1000);
  expect(period).toBeGreaterThanOrEqual(50_000);
  expect(period).toBeLessThanOrEqual(1_000_000);
  expect(quota / period).toBeCloseTo(cpus, 3);
});
