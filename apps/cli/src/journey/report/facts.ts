import { distinct } from './distinct.ts';
import type { Report } from './report.ts';
import { dateText, tookText } from './wording.ts';

/** Where the figures are from, for the head of every kind of report. */
export function factsOf(report: Report): (readonly [name: string, value: string])[] {
  return [
    ['Date', dateText(report.startedAt)],
    ['Took', `${tookText(report)}, ${report.recipe} recipe`],
    ['Machine', distinct(report, ({ machine }) => machine)],
    ['Runtime', distinct(report, ({ runtime }) => runtime)],
    ['Limiter', distinct(report, ({ limiter }) => limiter)],
    ['Commit', distinct(report, ({ commit }) => commit)],
    ['k6', distinct(report, ({ k6 }) => k6)],
  ];
}
