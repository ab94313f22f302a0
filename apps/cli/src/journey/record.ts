import type { Drill } from '../drill/drill.ts';
import type { LatencyComparison } from '../measure/compare-latency.ts';
import type { Comparison } from '../measure/comparison.ts';
import type { Provenance } from '../measure/provenance.ts';
import type { BoxLoad } from '../measure/saturation.ts';

/** A stage with so many users, each of whom asks again as soon as it has its answer. */
export interface AtUsers {
  /** Right or wrong answers per second. */
  readonly rps: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly loads: readonly BoxLoad[];
}

/** A rung of the ladder of loads: both stages of a pair with as many users. Of stage 1 there is no stage before. */
export interface Rung {
  readonly users: number;
  readonly previous: AtUsers | null;
  readonly this: AtUsers;
}

/** What a step gains: more at the limit, or sooner (`gain: latency` of x-stage). */
export type Step =
  | { readonly gain: 'capacity'; readonly comparison: Comparison }
  | { readonly gain: 'latency'; readonly comparison: LatencyComparison };

/** One stage of the journey, as measured. */
export interface JourneyStage {
  readonly stage: number;
  /** The folder's: `4-read-replicas`. */
  readonly name: string;
  readonly title: string;
  /** The seed's range. */
  readonly users: string;
  readonly scenario: string;
  /** Against the stage before; null: the first. */
  readonly step: Step | null;
  /** From one user to more than it can serve at a time, in ascending order. */
  readonly ladder: readonly Rung[];
  /**
   * The fullest box of each stage of the pair and its share of its quota: at the limit that a comparison of capacities
   * found, else at the last rung. Measured, not asserted.
   */
  readonly bottleneck: { readonly box: string; readonly share: number } | null;
  readonly bottleneckBefore: { readonly box: string; readonly share: number } | null;
  /** Each box killed in turn. */
  readonly drill: Drill;
  readonly valid: boolean;
  /** Why it is not, if it is not. */
  readonly why: readonly string[];
  readonly provenance: Provenance;
  readonly seconds: number;
}

/** `docs/results/journey.json`, and what the report is made of. */
export interface Journey {
  readonly recipe: 'full' | 'quick';
  readonly startedAt: string;
  readonly seconds: number;
  readonly valid: boolean;
  readonly stages: readonly JourneyStage[];
}
