import { expect, it } from 'vitest';
import { lagMeter } from '../../src/stores/lag.ts';

it('counts from when the primary passed what the replica lacks, and 0 once it has everything', () => {
  let now = 0;
  const meter = lagMeter(1, () => now);
  meter.primaryAt(100n);
  now = 1000;
  meter.primaryAt(200n);
  now = 1300;
  meter.primaryAt(300n);
  now = 1500;
  expect(meter.lagMs(300n)).toBe(0);
  expect(meter.lagMs(250n)).toBe(200);
  expect(meter.lagMs(150n)).toBe(500);
});

it('does not count the time in which the primary wrote nothing', () => {
  let now = 0;
  const meter = lagMeter(1, () => now);
  for (; now <= 60_000; now += 250) meter.primaryAt(100n);
  expect(meter.lagMs(100n)).toBe(0);
  meter.primaryAt(101n);
  now += 5;
  expect(meter.lagMs(100n)).toBe(5);
});
