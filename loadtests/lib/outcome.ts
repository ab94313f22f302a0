export type Outcome = 'ok' | 'refused' | 'unknown';

/** A problem of these kinds says nothing of what was done. */
const UNDECIDED = ['outcome-unknown', 'defect'];

/**
 * What an answer to a purchase or a cancellation says about it. Only the shop itself can refuse: what a balancer or an edge
 * answers in its place (502, 504, a 503 without a problem), and no answer at all (status 0), leave open whether it was
 * done.
 */
export function outcomeOf(status: number, problem: string | undefined): Outcome {
  if (status >= 200 && status < 300) return 'ok';
  if (status >= 400 && status < 500) return 'refused';
  if (status < 500 || status === 502 || status === 504) return 'unknown';
  return problem === undefined || UNDECIDED.includes(problem) ? 'unknown' : 'refused';
}
