import { mean } from 'simple-statistics';
import type { Rules, ScheduledRule } from './rules.ts';

/** One look at a service: the average over its boxes since the look before. Moments in milliseconds, on the rules' clock. */
export interface Look {
  readonly from: number;
  readonly to: number;
  /** Share of the boxes' quota that they used, on average. */
  readonly average: number;
}

/** Everything that a decision rests on. */
export interface Situation {
  readonly now: number;
  /** How many boxes the service runs, and how many it was started with: never fewer than those. */
  readonly boxes: number;
  readonly start: number;
  /** Oldest first. */
  readonly looks: readonly Look[];
  /** The last change, once its boxes were ready or gone. */
  readonly last: { readonly at: number; readonly change: 'add' | 'remove' } | null;
}

export type Decision =
  | { readonly change: 'none' }
  /** A rule wants more, and may not. */
  | { readonly change: 'held'; readonly average: number; readonly why: string }
  | Change;

export interface Change {
  readonly change: 'add' | 'remove';
  readonly rule: 'above' | 'below' | 'scheduled';
  readonly from: number;
  readonly to: number;
  /** What was measured, as a share of the quota; null: the clock decided, nothing was measured yet. */
  readonly average: number | null;
  readonly why: string;
}

/** What the rules say of a situation. Nothing else goes into it: the same situation gives the same decision. */
export function decide(rules: Rules, situation: Situation): Decision {
  const { now, boxes, start } = situation;
  const sale = saleAt(rules, now);
  const least = Math.max(start, rules.boxes.least, sale?.boxes ?? 0);
  if (sale !== null && boxes < sale.boxes) {
    const why = `${sale.name} has at least ${sale.boxes} boxes from ${sale.from} on`;
    const average = averages(rules.period, situation, 1)[0] ?? null;
    return { change: 'add', rule: 'scheduled', from: boxes, to: sale.boxes, average, why };
  }
  if (isResting(rules, situation)) return { change: 'none' };
  return overloaded(rules, situation) ?? idle(rules, situation, least) ?? { change: 'none' };
}

/** The scheduled rule in force at a moment, of several the one that wants most. */
export function saleAt({ scheduled }: Rules, now: number): ScheduledRule | null {
  const open = scheduled.filter(({ from, until }) => Date.parse(from) <= now && now < Date.parse(until));
  return open.sort((a, b) => b.boxes - a.boxes)[0] ?? null;
}

function isResting(rules: Rules, { now, last }: Situation): boolean {
  if (last === null) return false;
  const { cooldown } = last.change === 'add' ? rules.above : rules.below;
  return now < last.at + cooldown * 1000;
}

function overloaded({ above, boxes: limits, period }: Rules, situation: Situation): Decision | null {
  const { boxes } = situation;
  const found = averages(period, situation, above.periods);
  const [average] = found;
  if (average === undefined || !found.every((each) => each > above.average)) return null;
  const over = `average CPU ${percent(average)} over ${spanOf(above.periods, period)} is above ${percent(above.average)}`;
  const to = Math.min(limits.most, boxes + Math.ceil(exact(boxes * above.add)));
  if (to <= boxes) return { change: 'held', average, why: `${over}, but ${limits.most} boxes are the most` };
  const share = above.add === 0.5 ? 'half as many again' : `${percent(above.add)} more`;
  return { change: 'add', rule: 'above', from: boxes, to, average, why: `${over}: ${share}` };
}

function idle({ below, period }: Rules, situation: Situation, least: number): Decision | null {
  const { boxes } = situation;
  const found = averages(period, situation, below.periods);
  if (found.length === 0 || !found.every((each) => each < below.average)) return null;
  const to = Math.max(least, boxes - Math.floor(exact(boxes * below.remove)));
  if (to >= boxes) return null;
  const average = mean(found);
  const share = below.remove === 0.5 ? 'half of them' : percent(below.remove);
  const floor = to === least ? `, not below ${least}` : '';
  const why = `average CPU ${percent(average)}, below ${percent(below.average)} for ${spanOf(below.periods, period)}: ${share} go${floor}`;
  return { change: 'remove', rule: 'below', from: boxes, to, average, why };
}

/**
 * The averages of the last periods, newest first; none unless the service was looked at over all of them. What was before
 * the last change was of other boxes, and does not count.
 */
function averages(period: number, { now, looks, last }: Situation, count: number): number[] {
  const ms = period * 1000;
  const valid = looks.filter(({ from }) => last === null || from >= last.at);
  const first = valid[0]?.from ?? Number.POSITIVE_INFINITY;
  if (first > now - count * ms) return [];
  return Array.from({ length: count }, (_, back) => weighted(valid, now - (back + 1) * ms, now - back * ms));
}

/** Each look weighs as much as it lies between the two moments. */
function weighted(looks: readonly Look[], from: number, to: number): number {
  let weights = 0;
  let sum = 0;
  for (const look of looks) {
    const weight = Math.max(0, Math.min(look.to, to) - Math.max(look.from, from));
    weights += weight;
    sum += weight * look.average;
  }
  return weights === 0 ? Number.NaN : sum / weights;
}

/** 10 × 0.1 is a little more than 1, and would be rounded up to 2. */
function exact(boxes: number): number {
  return Number(boxes.toFixed(9));
}

function spanOf(periods: number, period: number): string {
  const seconds = periods * period;
  return seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} min` : `${seconds} s`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
