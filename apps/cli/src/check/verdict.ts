import { mean } from 'simple-statistics';

/** A ratio with its interval. Above 1: this version takes more CPU, or answers more. */
export interface Ratio {
  readonly ratio: number;
  readonly interval: readonly [low: number, high: number];
}

/** What one kind of figure says. */
export type Word = 'holds' | 'slower';

export interface Evidence {
  /** The logarithm of the ratio in each run. */
  readonly logs: readonly number[];
  /** σ of one run's, when nothing has changed. */
  readonly sigma: number;
  /** σ of what it is held against, where that was measured at another time; 0: side by side. */
  readonly baseSigma?: number;
  /** A change smaller than this is not looked for: 0.05 is 5 %. */
  readonly tolerance?: number;
  /** Of the interval, percent. Less will do where a tolerance keeps false alarms away already; 98 without one. */
  readonly confidence?: 95 | 98;
}

/** Two-sided quantiles of the normal distribution, by percent. */
const Z = { 95: 1.96, 98: 2.326, 99: 2.576 };

/** The runs' geometric mean; its interval rests on the measured floor, not on the one or two runs at hand. */
export function ratioOf({ logs, sigma, baseSigma = 0, confidence = 98 }: Evidence): Ratio {
  const centre = mean([...logs]);
  const half = Z[confidence] * Math.sqrt(sigma ** 2 / logs.length + baseSigma ** 2);
  return { ratio: Math.exp(centre), interval: [Math.exp(centre - half), Math.exp(centre + half)] };
}

/** More CPU per request than the tolerance allows, even at the low end of the interval. */
export function cpuWord(evidence: Evidence): Word {
  return ratioOf(evidence).interval[0] > 1 + (evidence.tolerance ?? 0) ? 'slower' : 'holds';
}

/**
 * Fewer answers at the limit. A coarse guard, for what CPU does not show (a lock, a smaller pool): throughput moves by a
 * tenth, so it has to be surer than CPU.
 */
export function throughputWord({ logs, sigma, baseSigma = 0, tolerance = 0 }: Evidence): Word {
  const half = Z[99] * Math.sqrt(sigma ** 2 / logs.length + baseSigma ** 2);
  return Math.exp(mean([...logs]) + half) < 1 - tolerance ? 'slower' : 'holds';
}
