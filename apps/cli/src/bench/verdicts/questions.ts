import type { Check } from '../../check/check.ts';

/**
 * What is checked against what. `A`: this version against itself; `7`: one whose apps take 7 percent more CPU for a request
 * against this one. `baseline`: this version against its recorded baseline; `15`: one that takes 15 percent more, against it.
 */
export const QUESTIONS = ['A', 'baseline', '7', '15'] as const;
export type Question = (typeof QUESTIONS)[number];

/** What a check ought to say. */
export const RIGHT: Readonly<Record<Question, Check['verdict']>> = {
  A: 'holds',
  baseline: 'holds',
  7: 'slower',
  15: 'slower',
};
