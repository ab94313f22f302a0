import { type Law, throughput } from './usl-law.ts';

export interface Point {
  readonly users: number;
  readonly rps: number;
}

/** `relative`: every point is off by the same share of itself; `equal`: by the same number of requests. */
export type Weighting = 'relative' | 'equal';

export function weightsOf(points: readonly Point[], weighting: Weighting): number[] {
  return points.map(({ rps }) => (weighting === 'relative' ? 1 / rps : 1));
}

type Vector = readonly number[];

const ROUNDS = 500;
const GOOD_ENOUGH = 1e-14;

/** The law nearest to the points (weighted least squares), σ and κ not below 0: Levenberg and Marquardt's steps, cut off at these bounds. */
export function fitLaw(points: readonly Point[], weights: Vector): Law {
  let law = firstGuess(points);
  let loss = lossOf(points, weights, law);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && damping < 1e12; round++) {
    const next = step(points, weights, law, damping);
    const nextLoss = lossOf(points, weights, next);
    if (!(nextLoss < loss)) {
      damping *= 4;
      continue;
    }
    const gain = (loss - nextLoss) / loss;
    law = next;
    loss = nextLoss;
    damping /= 3;
    if (gain < GOOD_ENOUGH) break;
  }
  return law;
}

/** The slope at the least load, and contention that levels off at the most that was completed. */
function firstGuess(points: readonly Point[]): Law {
  const [least] = [...points].sort((a, b) => a.users - b.users);
  const lambda = least === undefined ? 1 : least.rps / least.users;
  const most = Math.max(...points.map(({ rps }) => rps));
  return { lambda, sigma: Math.min(0.9, lambda / most), kappa: 1e-6 };
}

function lossOf(points: readonly Point[], weights: Vector, law: Law): number {
  return points.reduce(
    (sum, { users, rps }, i) => sum + ((weights[i] ?? 0) * (rps - throughput(law, users))) ** 2,
    0,
  );
}

/** One step downhill. A parameter that lies at its bound and would go below it stays out of it. */
function step(points: readonly Point[], weights: Vector, law: Law, damping: number): Law {
  const now = [law.lambda, law.sigma, law.kappa];
  const downhill = [0, 0, 0];
  const curvature = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  points.forEach(({ users, rps }, i) => {
    const weight = weights[i] ?? 0;
    const slopes = slopesAt(law, users).map((slope) => slope * weight);
    const miss = (rps - throughput(law, users)) * weight;
    slopes.forEach((slope, row) => {
      downhill[row] = (downhill[row] ?? 0) + slope * miss;
      slopes.forEach((other, column) => {
        const line = curvature[row] as number[];
        line[column] = (line[column] ?? 0) + slope * other;
      });
    });
  });
  const free = [0, 1, 2].filter((p) => p === 0 || (now[p] ?? 0) > 0 || (downhill[p] ?? 0) > 0);
  const moves = solve(
    free.map((row) =>
      free.map((column) => (curvature[row]?.[column] ?? 0) * (row === column ? 1 + damping : 1)),
    ),
    free.map((row) => downhill[row] ?? 0),
  );
  const [lambda = law.lambda, sigma = 0, kappa = 0] = now.map((value, p) => {
    const move = moves[free.indexOf(p)] ?? 0;
    return Math.max(0, value + move);
  });
  return { lambda, sigma, kappa };
}

/** How throughput answers to λ, σ and κ. */
function slopesAt(law: Law, users: number): Vector {
  const there = throughput(law, users);
  const divisor = 1 + law.sigma * (users - 1) + law.kappa * users * (users - 1);
  return [there / law.lambda, (-there * (users - 1)) / divisor, (-there * users * (users - 1)) / divisor];
}

/** Gauss' elimination; a direction in which nothing changes is not moved in. */
function solve(matrix: readonly Vector[], right: Vector): number[] {
  const rows = matrix.map((line, i) => [...line, right[i] ?? 0]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const head = rows[pivot] as number[];
    const lead = head[pivot] ?? 0;
    if (Math.abs(lead) < 1e-300) continue;
    for (let other = 0; other < size; other++) {
      if (other === pivot) continue;
      const line = rows[other] as number[];
      const times = (line[pivot] ?? 0) / lead;
      for (let column = pivot; column <= size; column++)
        line[column] = (line[column] ?? 0) - times * (head[column] ?? 0);
    }
  }
  return rows.map((line, i) => {
    const lead = line[i] ?? 0;
    return Math.abs(lead) < 1e-300 ? 0 : (line[size] ?? 0) / lead;
  });
}
