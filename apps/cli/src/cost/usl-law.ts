/**
 * The Universal Scalability Law, X(N) = λN ÷ (1 + σ(N−1) + κN(N−1)). N. J. Gunther, Guerrilla Capacity Planning,
 * Springer 2007, chapter 4 (doi:10.1007/978-3-540-31010-5).
 */
export interface Law {
  /** What one user completes per second. */
  readonly lambda: number;
  /** Contention: the share that waits for its turn, for instance at the box that is full. */
  readonly sigma: number;
  /** Coherency: what each costs every other. */
  readonly kappa: number;
}

/** Completions per second with so many users at a time. */
export function throughput({ lambda, sigma, kappa }: Law, users: number): number {
  return (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
}

/** Where throughput is highest, N* = √((1−σ) ÷ κ); null where it never falls again. */
export function peakOf(law: Law): { readonly users: number; readonly rps: number } | null {
  if (law.kappa === 0 || law.sigma >= 1) return null;
  const users = Math.max(1, Math.sqrt((1 - law.sigma) / law.kappa));
  return { users, rps: throughput(law, users) };
}
