import { quantileSorted } from 'simple-statistics';
import { Failure } from '../failure.ts';
import { BOOTSTRAP, mulberry32, normal } from '../measure/bootstrap.ts';
import { fitLaw, type Point, type Weighting, weightsOf } from './usl-fit.ts';
import { type Law, peakOf, throughput } from './usl-law.ts';

/** A figure with its 95 % interval; null as its upper end: without a bound. */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [low: number, high: number | null];
}

/** The law fitted to measured points. */
export interface Usl {
  readonly law: Law;
  readonly points: readonly Point[];
  readonly lambda: Estimate;
  readonly sigma: Estimate;
  readonly kappa: Estimate;
  /** Relative standard deviation of the points around the law. */
  readonly noise: number;
  /** Where throughput is highest; null: it only ever approaches λ ÷ σ. */
  readonly peak: { readonly users: Estimate; readonly rps: Estimate } | null;
}

export interface UslOptions {
  readonly weighting: Weighting;
  /** A point's noise is at least this, as a share of it: boots of the same stack differ by as much. */
  readonly leastNoise: number;
  readonly resamples: number;
  readonly seed: number;
}

const USUAL: UslOptions = {
  weighting: 'relative',
  leastNoise: BOOTSTRAP.bootSigma,
  resamples: 300,
  seed: BOOTSTRAP.seed,
};

const PARAMETERS = 3;
/** Student's t of one degree of freedom at 97.5 %: beyond it a draw says nothing but that little is known. */
const MOST_SPREAD = 12.7;
/** At least one point more, to tell the noise from. */
const FEWEST = PARAMETERS + 1;

/**
 * Fits the Universal Scalability Law to a ladder of loads. Relative weights: what is measured in a closed loop is off by
 * a share of it. The intervals come from a parametric bootstrap: the points are drawn anew around the law with the noise
 * that they have, and fitted again.
 *
 * @throws Failure when there are fewer than four different numbers of users, or one of them completed nothing.
 */
export function fitUsl(points: readonly Point[], options: Partial<UslOptions> = {}): Usl {
  if (new Set(points.map(({ users }) => users)).size < FEWEST)
    throw new Failure(
      `The scalability law takes at least ${FEWEST} different numbers of users; this ladder has ${points.length}.`,
    );
  if (points.some(({ rps }) => !(rps > 0)))
    throw new Failure('A rung of the ladder completed nothing: no law can be fitted to it.');
  const { weighting, ...drawing } = { ...USUAL, ...options };
  const law = fitLaw(points, weightsOf(points, weighting));
  const noise = Math.max(drawing.leastNoise, relativeResidual(points, law));
  const draws = resampledLaws({ law, points, noise }, { weighting, ...drawing });
  const of = (figure: (law: Law) => number): Estimate => estimate(figure(law), draws.map(figure));
  const peak = peakOf(law);
  return {
    law,
    points,
    lambda: of(({ lambda }) => lambda),
    sigma: of(({ sigma }) => sigma),
    kappa: of(({ kappa }) => kappa),
    noise,
    peak:
      peak === null
        ? null
        : {
            users: of((drawn) => peakOf(drawn)?.users ?? Number.POSITIVE_INFINITY),
            rps: of((drawn) => peakOf(drawn)?.rps ?? drawn.lambda / drawn.sigma),
          },
  };
}

/** Laws that the points could as well have come from: what carries the interval on into a forecast. */
export function resampledLaws(
  { law, points, noise }: Pick<Usl, 'law' | 'points' | 'noise'>,
  { weighting, resamples, seed }: Omit<UslOptions, 'leastNoise'> = USUAL,
): Law[] {
  const random = mulberry32(seed);
  return Array.from({ length: resamples }, () => {
    const spread = noise * likelySpread(points.length - PARAMETERS, random);
    const drawn = points.map(({ users }) => ({
      users,
      rps: throughput(law, users) * Math.exp(spread * normal(random)),
    }));
    return fitLaw(drawn, weightsOf(drawn, weighting));
  });
}

/** The noise itself is known from few points only (Student's t instead of a normal distribution): the true one by the one found. */
function likelySpread(freedom: number, random: () => number): number {
  let squares = 0;
  for (let degree = 0; degree < freedom; degree++) squares += normal(random) ** 2;
  return Math.min(MOST_SPREAD, Math.sqrt(freedom / squares));
}

/** A value with the 2.5th and the 97.5th percentile of its draws. */
export function estimate(value: number, draws: readonly number[]): Estimate {
  const sorted = [...draws].sort((a, b) => a - b);
  const low = quantileSorted(sorted, 0.025);
  const high = quantileSorted(sorted, 0.975);
  return { value, interval: [Number.isFinite(low) ? low : value, Number.isFinite(high) ? high : null] };
}

function relativeResidual(points: readonly Point[], law: Law): number {
  const squares = points.map(({ users, rps }) => (rps / throughput(law, users) - 1) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (points.length - PARAMETERS));
}
