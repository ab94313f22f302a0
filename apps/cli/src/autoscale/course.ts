import type { Rules } from './rules.ts';

export type PhaseName = 'before' | 'rising' | 'high' | 'falling' | 'after';

/** A stretch of a load that rises and falls. Requests per second at its ends. */
export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** Fast enough that nobody could have ordered servers. */
const RAMP_SECONDS = 10;

/** How long they are together. */
export function secondsOf(phases: readonly Phase[]): number {
  return phases.reduce((sum, { seconds }) => sum + seconds, 0);
}

/**
 * A load that rises to `times` its rate and falls again, each level long enough for the rules to notice it: high, until
 * boxes could come twice; afterwards, until those that are idle could go.
 */
export function courseOf(
  { period, above, below }: Rules,
  { rate, times, speed }: { rate: number; times: number; speed: number },
): Phase[] {
  const high = rate * times;
  const toAdd = period * above.periods + above.cooldown;
  const toRemove = Math.max(above.cooldown, period * below.periods) + period * 2;
  const seconds = (onRulesClock: number): number => Math.ceil(onRulesClock / speed);
  return [
    { name: 'before', from: rate, to: rate, seconds: seconds(period * 2) },
    { name: 'rising', from: rate, to: high, seconds: RAMP_SECONDS },
    { name: 'high', from: high, to: high, seconds: seconds(toAdd * 2 + period) },
    { name: 'falling', from: high, to: rate, seconds: RAMP_SECONDS },
    { name: 'after', from: rate, to: rate, seconds: seconds(toRemove) + RAMP_SECONDS },
  ];
}
