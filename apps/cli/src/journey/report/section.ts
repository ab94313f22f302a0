import type { Drill } from '../../drill/drill.ts';
import { GROUPS, type Group } from '../../drill/outcome.ts';
import type { JourneyStage, Step } from '../record.ts';
import type { Cost, Known } from './report.ts';

/** Throughput and latency of one stage under a named load. */
export interface Served {
  readonly rps: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** How many times better than the stage before: more answers per second (`throughput`) or sooner ones (`P50`). */
export interface Gain {
  readonly of: 'throughput' | 'P50';
  readonly factor: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
}

/** The fullest box, and its share of its quota. */
export interface Fullest {
  readonly box: string;
  readonly share: number;
}

/** A box that the stage cannot do without. */
export interface FailurePoint {
  readonly box: string;
  readonly of: readonly Group[];
  /** All kinds of request that were sent: the whole stage hangs on it. */
  readonly everything: boolean;
}

/** One stage in the few figures that the report, the lesson and the README state. */
export interface Section {
  readonly stage: number;
  readonly title: string;
  readonly previousTitle: string | null;
  readonly users: string;
  readonly scenario: string;
  readonly cure: string | null;
  /** null: the first stage. */
  readonly gain: Gain | null;
  /** Under what load `before` and `now` were measured: `at the limit of each`, `both at 50/s, from eu`. */
  readonly load: string;
  readonly before: Served | null;
  /** null: nothing was measured. */
  readonly now: Served | null;
  /** Answers per second at the best rung of the ladder; null: no ladder, or no stage before. */
  readonly most: { readonly before: number | null; readonly now: number | null };
  readonly bottleneck: { readonly before: Fullest | null; readonly now: Fullest | null };
  /** As the drill found them; null: the drill is void. */
  readonly singlePointsOfFailure: readonly FailurePoint[] | null;
  readonly cost: Cost | null;
  readonly valid: boolean;
  readonly why: readonly string[];
}

/** The figures of one stage. `previousTitle`: of the stage before; null where the journey has none. */
export function sectionOf(
  stage: JourneyStage,
  { cure, cost, previousTitle }: Known & { readonly previousTitle: string | null },
): Section {
  const rungs = stage.ladder.map((rung) => rung.this.rps);
  const before = stage.ladder.flatMap((rung) => rung.previous?.rps ?? []);
  return {
    stage: stage.stage,
    title: stage.title,
    previousTitle,
    users: stage.users,
    scenario: stage.scenario,
    cure,
    gain: stage.step === null ? null : gainOf(stage.step),
    ...(stage.step === null ? alone(stage) : compared(stage.step)),
    most: { before: highest(before), now: highest(rungs) },
    bottleneck: { before: stage.bottleneckBefore, now: stage.bottleneck },
    singlePointsOfFailure: failurePoints(stage.drill),
    cost,
    valid: stage.valid,
    why: stage.why,
  };
}

function gainOf(step: Step): Gain {
  if (step.gain === 'capacity') {
    const { ratio, interval } = step.comparison.capacity;
    return { of: 'throughput', factor: ratio, interval };
  }
  const { ratio, interval } = step.comparison.gain.p50;
  return { of: 'P50', factor: ratio, interval };
}

type Compared = Pick<Section, 'load' | 'before' | 'now'>;

function compared(step: Step): Compared {
  if (step.gain === 'capacity') {
    const { capacity, atLimit } = step.comparison;
    const served = (which: 'previous' | 'this'): Served => {
      const { p50Ms, p95Ms } = atLimit[which];
      return { rps: capacity[which].rps, p50Ms, p95Ms };
    };
    return { load: 'at the limit of each', before: served('previous'), now: served('this') };
  }
  const { latency, from } = step.comparison;
  const { rate } = latency;
  const served = (which: 'previous' | 'this'): Served => {
    const { p50Ms, p95Ms } = latency[which];
    return { rps: rate, p50Ms, p95Ms };
  };
  const load = `both at ${Number(rate.toFixed(1))}/s${from === null ? '' : `, from ${from}`}`;
  return { load, before: served('previous'), now: served('this') };
}

/** The first stage has none beside it: it is told by the rung at which it served most. */
function alone({ ladder }: JourneyStage): Compared {
  const best = ladder.reduce<JourneyStage['ladder'][number] | null>(
    (top, rung) => (top === null || rung.this.rps > top.this.rps ? rung : top),
    null,
  );
  if (best === null) return { load: 'not measured', before: null, now: null };
  const { rps, p50Ms, p95Ms } = best.this;
  const load = `with ${best.users} user${best.users === 1 ? '' : 's'}`;
  return { load, before: null, now: { rps, p50Ms, p95Ms } };
}

function failurePoints({ verdict, boxes, singlePointsOfFailure }: Drill): FailurePoint[] | null {
  if (verdict === 'void') return null;
  const sent = GROUPS.filter((group) => boxes.some(({ groups }) => groups[group] !== undefined));
  return singlePointsOfFailure.map(({ box, of }) => ({ box, of, everything: of.length === sent.length }));
}

function highest(rates: readonly number[]): number | null {
  return rates.length === 0 ? null : Math.max(...rates);
}
