import { pilotSeconds } from '../measure/boot.ts';
import { findScenario } from '../measure/scenarios.ts';
import type { JourneyRecipe } from './recipe.ts';
import type { Stop } from './stop.ts';

/** Seconds, as seen on two cores: both stacks up, quotas on and settled, k6's start and end, both stacks down. */
const UP = 3.5;
const QUOTAS = 1.5;
const K6 = 0.6;
const DOWN = 1;
/** Filling the caches before a look at latencies. */
const FILLING = 4;
/** A box of a drill besides the time that it is down and all must be well: ready again, and its last answers come in. */
const WELL_AGAIN = 0.6;
/** A stage of a drill: up, warmed up, steady; in the end verified, and down. */
const AROUND_DRILL = 30;
/** Before each pilot's window. */
const PILOT_LEAD = 1;
/** Of the windows at the limit, repeated with other numbers of users. */
const REPEATED = 0.6;
/** Times as long where each run waits until a queue is empty, and two large stacks start beside each other. */
const QUEUED = 1.7;

/** How long a stage beside the one before it takes, without its drill, if nothing has to be repeated. Seconds. */
export function measuringSeconds(stop: Stop, recipe: JourneyRecipe): number {
  return smoothSeconds(stop, recipe) * (stop.boxes.includes('broker') ? QUEUED : 1);
}

function smoothSeconds({ stage, facts }: Stop, { pair, ladder }: JourneyRecipe): number {
  const run = (seconds: number) => seconds + K6;
  const warm = run(findScenario(facts.scenario).warmUpSeconds) + QUOTAS;
  const rungs = ladder.users.length * run(ladder.lead + ladder.duration);
  if (stage === 1) return UP / 2 + warm + rungs + DOWN;
  const window = run(pair.lead + pair.measure);
  const pilot = run(PILOT_LEAD + pilotSeconds(pair));
  // In turn: each window and each rung once for either.
  if (facts.at === 'limit') return pair.boots * (UP + warm + pilot + 2 * window + DOWN) + 2 * rungs;
  if (facts.gain === 'latency') return pair.boots * (UP + warm + run(FILLING) + window + DOWN) + rungs;
  const windows = (pair.boots + REPEATED) * window;
  return pair.boots * (UP + warm + DOWN) + windows + 2 * pilot + rungs + 2 * run(1 + pair.rates);
}

/** How long these drills take, side by side in the recipe's lanes. Seconds. */
export function drillingSeconds(stops: readonly Stop[], { drill }: JourneyRecipe): number {
  const each = stops.map(
    ({ boxes }) => AROUND_DRILL + boxes.length * (drill.downSeconds + drill.steadySeconds + WELL_AGAIN),
  );
  const sum = each.reduce((total, seconds) => total + seconds, 0);
  return Math.max(0, ...each, sum / drill.lanes);
}

/** What was expected to take so long, and took so long. Seconds. */
export interface Experience {
  readonly expected: number;
  readonly took: number;
}

/** How many times as long as expected things take here: 1 until something is known. */
export function pace(done: readonly Experience[]): number {
  const sum = (of: keyof Experience) => done.reduce((total, each) => total + each[of], 0);
  return sum('expected') === 0 ? 1 : sum('took') / sum('expected');
}
