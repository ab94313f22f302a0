/** Which step comes in an iteration, and how many iterations before it had the same step. */
export interface Turn<Step> {
  readonly step: Step;
  readonly ordinal: number;
}

/**
 * A weighted choice without chance: smooth weighted round robin, as nginx balances its upstreams. Any hundred
 * iterations in a row hold exactly the weights, evenly spread, so two sides measured together get the same mix, and
 * the n-th purchase is known without counting.
 */
export function mix<Step>(
  weights: readonly (readonly [weight: number, step: Step])[],
): (iteration: number) => Turn<Step> {
  const total = weights.reduce((sum, [weight]) => sum + weight, 0);
  const current = weights.map(() => 0);
  const seen = weights.map(() => 0);
  const cycle = Array.from({ length: total }, () => {
    let best = 0;
    for (const [index, [weight]] of weights.entries()) {
      current[index] = (current[index] ?? 0) + weight;
      if ((current[index] ?? 0) > (current[best] ?? 0)) best = index;
    }
    current[best] = (current[best] ?? 0) - total;
    const before = seen[best] ?? 0;
    seen[best] = before + 1;
    return { choice: best, before };
  });
  return (iteration) => {
    const turn = cycle[iteration % total];
    const chosen = turn === undefined ? undefined : weights[turn.choice];
    if (turn === undefined || chosen === undefined) throw new RangeError('a mix needs whole weights above 0');
    return { step: chosen[1], ordinal: Math.floor(iteration / total) * chosen[0] + turn.before };
  };
}

/** Even spread over 0 … `count` - 1 without a period that could meet the mix's (golden-ratio sequence). */
export function spread(iteration: number, count: number): number {
  return Math.floor(((iteration * 0.6180339887498949) % 1) * count);
}
