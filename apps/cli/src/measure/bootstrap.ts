import { mean, median, medianAbsoluteDeviation, quantileSorted } from 'simple-statistics';

/** Completions of both sides in the same second. */
export interface PairedBin {
  readonly previous: number;
  readonly this: number;
}

export interface RatioInterval {
  readonly ratio: number;
  /** 95 %. */
  readonly interval: readonly [low: number, high: number];
}

export interface BootstrapOptions {
  /** Seconds that are drawn together, since neighbouring seconds are alike. */
  readonly block: number;
  readonly resamples: number;
  /**
   * Relative spread (σ) between two boots of the same pair, which bins within a boot cannot show. Where the boots at
   * hand differ more than that, their own spread counts (1.4826 × the median absolute deviation estimates σ).
   */
  readonly bootSigma: number;
  readonly seed: number;
}

export const BOOTSTRAP: BootstrapOptions = { block: 3, resamples: 4000, bootSigma: 0.02, seed: 20251 };

/** Completions of `this` side over those of the `previous` one. */
export function ratioOfSums(bins: readonly PairedBin[]): number {
  const sum = (side: keyof PairedBin) => bins.reduce((total, bin) => total + bin[side], 0);
  return sum('this') / sum('previous');
}

/**
 * Capacity ratio over one or more boots with its 95 % interval: a moving-block bootstrap over paired bins. Both sides
 * of a second are drawn together (the machine's noise hit both), never apart. Two boots are averaged (geometrically),
 * of three or more the median counts.
 */
export function ratioInterval(
  boots: readonly (readonly PairedBin[])[],
  options: BootstrapOptions = BOOTSTRAP,
): RatioInterval {
  return intervalOf(boots, ratioOfSums, options);
}

/** The same for any ratio that can be told from paired bins. */
export function intervalOf<Bin>(
  boots: readonly (readonly Bin[])[],
  ratioOf: (bins: readonly Bin[]) => number,
  options: BootstrapOptions = BOOTSTRAP,
): RatioInterval {
  const random = mulberry32(options.seed);
  const logs = boots.map((bins) => Math.log(ratioOf(bins)));
  const sigma = Math.max(options.bootSigma, 1.4826 * medianAbsoluteDeviation(logs));
  const draws = Array.from({ length: options.resamples }, () =>
    combine(
      boots.map((bins) => ratioOf(resample(bins, options.block, random)) * Math.exp(sigma * normal(random))),
    ),
  ).sort((a, b) => a - b);
  return {
    ratio: combine(boots.map(ratioOf)),
    interval: [quantileSorted(draws, 0.025), quantileSorted(draws, 0.975)],
  };
}

function combine(ratios: readonly number[]): number {
  return ratios.length < 3 ? Math.exp(mean(ratios.map(Math.log))) : median([...ratios]);
}

/** Blocks of neighbouring bins, drawn with replacement, until there are as many bins as before. */
function resample<Bin>(bins: readonly Bin[], block: number, random: () => number): Bin[] {
  const length = Math.min(block, bins.length);
  const drawn: Bin[] = [];
  while (drawn.length < bins.length) {
    const start = Math.floor(random() * (bins.length - length + 1));
    drawn.push(...bins.slice(start, start + Math.min(length, bins.length - drawn.length)));
  }
  return drawn;
}

/** Tommy Ettinger's mulberry32: small, seeded, so that the same bins always give the same interval. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal figure (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
