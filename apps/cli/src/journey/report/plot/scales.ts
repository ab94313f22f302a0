/** From a value to a place on the paper, with the values that are worth a mark. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

interface Span {
  /** The places of the lowest and the highest tick. */
  readonly from: number;
  readonly to: number;
}

/** From zero, and up to a round number at or above `max`. */
export function linear({ max, from, to }: Span & { readonly max: number }): Scale {
  const ticks = niceTicks(max);
  const top = ticks.at(-1) ?? 1;
  return { at: (value) => from + (value / top) * (to - from), ticks };
}

interface Logarithmic extends Span {
  readonly values: readonly number[];
  /** As many ticks as there is room for: where there would be more, only powers of ten are marked. */
  readonly most: number;
}

/**
 * Of positive values, between round numbers that enclose them. What is not positive has no place on it and lands at the
 * lower end.
 */
export function logarithmic({ values, most, from, to }: Logarithmic): Scale {
  const steps = enclosingSteps(values);
  const low = steps[0] ?? 1;
  const high = steps.at(-1) ?? 10;
  const share = (value: number): number => Math.log(Math.max(value, low) / low) / Math.log(high / low);
  const decades = steps.filter((step) => Math.abs(Math.log10(step) % 1) < 1e-9);
  return {
    at: (value) => from + share(value) * (to - from),
    ticks: steps.length > most ? decades : steps,
  };
}

const MOST_TICKS = 5;

/** 0, and round numbers (1, 2 or 5 times a power of ten apart) up to the first one at or above `max`. */
export function niceTicks(max: number): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(max / MOST_TICKS));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => max / each <= MOST_TICKS + 1e-9);
  const width = step ?? 10 * power;
  const count = Math.ceil(max / width - 1e-9);
  // Multiplied, not summed: 0.1 + 0.2 would be marked as 0.30000000000000004.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * width).toPrecision(12)));
}

/** All of 1, 2, 5, 10, 20 … that enclose the values: at least two, also of one value or of none. */
function enclosingSteps(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1, 10];
  const low = stepAtOrBelow(Math.min(...positive));
  const high = Math.max(...positive);
  const steps = [low];
  for (let index = 1; (steps.at(-1) ?? high) < high * (1 - 1e-9) || steps.length < 2; index++) {
    steps.push(stepAfter(low, index));
  }
  return steps;
}

const MANTISSAS = [1, 2, 5] as const;

function stepAtOrBelow(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = MANTISSAS.findLast((each) => each * 10 ** power <= value * (1 + 1e-9)) ?? 1;
  return Number((mantissa * 10 ** power).toPrecision(12));
}

function stepAfter(low: number, steps: number): number {
  const power = Math.floor(Math.log10(low) + 1e-9);
  const first = MANTISSAS.findIndex((each) => Math.abs(low / 10 ** power - each) < 1e-6);
  const index = first + steps;
  const mantissa = MANTISSAS[index % 3] ?? 1;
  return Number((mantissa * 10 ** (power + Math.floor(index / 3))).toPrecision(12));
}
