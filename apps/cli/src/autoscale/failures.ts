import type { Outcome } from '../drill/outcome.ts';

/** Requests that failed in one way: `no answer`, `timed out`, `503` … Moments in milliseconds since the load began. */
export interface Failed {
  readonly failure: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** How requests failed, and when the first and the last of each kind were sent. */
export function failuresOf(outcomes: readonly Outcome[], began: number): Failed[] {
  const kinds = new Set(outcomes.filter(({ right }) => !right).map(({ failure }) => failure));
  return [...kinds].map((failure) => {
    const sent = outcomes
      .filter((each) => !each.right && each.failure === failure)
      .map(({ sentAt }) => sentAt - began);
    return { failure, count: sent.length, firstMs: Math.min(...sent), lastMs: Math.max(...sent) };
  });
}
