import { describe, expect, it } from 'vitest';
import { fitUsl } from '../../src/cost/usl.ts';
import { peakOf, throughput } from '../../src/cost/usl-law.ts';
import { mulberry32, normal } from '../../src/measure/bootstrap.ts';

const USERS = [1, 2, 4, 8, 16, 32, 64];

/** SPEC SDM91 on a SPARCcenter 2000, the example of R's package usl (https://github.com/smoeding/usl, data/specsdm91). */
const SPEC_SDM91 = [
  [1, 64.9],
  [18, 995.9],
  [36, 1652.4],
  [72, 1853.2],
  [108, 1828.9],
  [144, 1775],
  [216, 1702.2],
].map(([users = 0, rps = 0]) => ({ users, rps }));

describe('the Universal Scalability Law', () => {
  it.each([
    { lambda: 20, sigma: 0.05, kappa: 0.001 },
    { lambda: 150, sigma: 0.3, kappa: 0.0004 },
    { lambda: 3, sigma: 0, kappa: 0.002 },
    { lambda: 40, sigma: 0.1, kappa: 0 },
  ])('finds the parameters %o of points that lie on it', (law) => {
    const fit = fitUsl(USERS.map((users) => ({ users, rps: throughput(law, users) })));
    expect(fit.law.lambda).toBeCloseTo(law.lambda, 5);
    expect(fit.law.sigma).toBeCloseTo(law.sigma, 6);
    expect(fit.law.kappa).toBeCloseTo(law.kappa, 8);
  });

  it('says of SPEC SDM91 what the R package usl says of it', () => {
    const fit = fitUsl(SPEC_SDM91, { weighting: 'equal' });
    // tests/usl-nlxb.Rout.save there: alpha 0.0277285, beta 0.0001044, gamma 89.9952330; peak-scalability.Rout.save: 97.
    expect(fit.law.sigma).toBeCloseTo(0.0277285, 5);
    expect(fit.law.kappa).toBeCloseTo(0.0001044, 6);
    expect(fit.law.lambda).toBeCloseTo(89.995233, 2);
    expect(fit.peak?.users.value).toBeCloseTo(97, -0.5);
  });

  it('keeps σ and κ from falling below zero where the points bend the other way', () => {
    const fit = fitUsl(USERS.map((users) => ({ users, rps: 5 * users ** 1.1 })));
    expect(fit.law.sigma).toBe(0);
    expect(fit.law.kappa).toBe(0);
    expect(fit.peak).toBeNull();
  });

  it('has the truth in its 95 % intervals, in at least 35 of 40 noisy ladders', () => {
    const law = { lambda: 20, sigma: 0.08, kappa: 0.0008 };
    const random = mulberry32(7);
    const inside = Array.from({ length: 40 }, () => {
      const points = USERS.map((users) => ({
        users,
        rps: throughput(law, users) * Math.exp(0.04 * normal(random)),
      }));
      const [low, high] = fitUsl(points, { resamples: 200 }).sigma.interval;
      return low <= law.sigma && law.sigma <= (high ?? Number.POSITIVE_INFINITY);
    });
    expect(inside.filter(Boolean).length).toBeGreaterThanOrEqual(35);
  });

  it('has a peak at √((1−σ) ÷ κ), and none without κ', () => {
    expect(peakOf({ lambda: 1, sigma: 0.19, kappa: 0.0001 })?.users).toBeCloseTo(90, 6);
    expect(peakOf({ lambda: 1, sigma: 0.19, kappa: 0 })).toBeNull();
  });

  it('is not fitted to three rungs, nor to one that completed nothing', () => {
    const three = USERS.slice(0, 3).map((users) => ({ users, rps: users }));
    expect(() => fitUsl(three)).toThrow('at least 4 different numbers of users; this ladder has 3');
    expect(() => fitUsl([...three, { users: 8, rps: 0 }])).toThrow('completed nothing');
  });
});
