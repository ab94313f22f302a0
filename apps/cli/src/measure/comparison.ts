import type { Provenance } from './provenance.ts';
import type { LoadEach } from './window.ts';

/** The stage before, and this one. */
export type Which = 'previous' | 'this';
export type Both<T> = Readonly<Record<Which, T>>;

export function both<T>(of: (which: Which) => T): Both<T> {
  return { previous: of('previous'), this: of('this') };
}

export interface AtRate {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Share of the requests that were right and within the SLO: steadier than the milliseconds. */
  readonly within: number;
}

/** Both stages at the same arrival rate, at the same time. */
export interface BothRates extends Both<AtRate> {
  readonly rate: number;
  readonly sloMs: number;
}

/** While both were at their limit, in a closed loop. */
export interface AtLimit {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly users: number;
}

/** What `compare --json` prints. */
export interface Comparison {
  readonly stage: number;
  readonly previous: number;
  readonly scenario: string;
  readonly valid: boolean;
  /** Why it is not, if it is not. */
  readonly why: readonly string[];
  readonly capacity: Both<{ readonly rps: number }> & {
    readonly ratio: number;
    /** 95 % interval of the ratio. */
    readonly interval: readonly [number, number];
    /** The ratio of each boot. */
    readonly boots: readonly number[];
  };
  /** At 0.65 of the weaker one's capacity. */
  readonly latency: BothRates;
  /** At 1.2 of it. */
  readonly overload: BothRates;
  readonly atLimit: Both<AtLimit>;
  readonly saturated: Both<string | null>;
  readonly saturatedShare: Both<number | null>;
  readonly cpuMicrosPerRequest: Both<Readonly<Record<string, number>>>;
  readonly seconds: number;
  readonly provenance: Provenance;
}

/** How much time a comparison takes for what. Seconds. */
export interface Recipe {
  readonly boots: number;
  /** Where they differ much, up to so many; three if nothing is said. */
  readonly mostBoots?: number;
  /** Measured in each boot. */
  readonly measure: number;
  /** Thrown away before. */
  readonly lead: number;
  /** Of each of the two runs at a common rate. */
  readonly rates: number;
  /** Beyond `boots`, none that would not end within this, counted from the first. */
  readonly budgetSeconds: number;
}

export interface CompareRequest {
  readonly stage: number;
  readonly scenario: string;
  readonly recipe: Recipe;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
  /** What else to find out while the two stand there, with quotas and in their places: called in the first boot. */
  readonly survey?: (load: LoadEach) => Promise<void>;
}
