import type { Drill } from '../drill/drill.ts';
import { drillingSeconds, type Experience, measuringSeconds, pace } from './estimate.ts';
import type { Journal, JournalKey, Resumed, Took } from './journal.ts';
import type { Measured } from './measure-stage.ts';
import type { JourneyRecipe } from './recipe.ts';
import type { Stop } from './stop.ts';

/** What is known of a stage so far. */
export interface Parts {
  readonly measured: Took<Measured> | null;
  readonly drill: Took<Drill> | null;
}

/** Where a journey goes, and what it finds on its way. */
export interface TripPlan {
  /** In the order of the stages. */
  readonly stops: readonly Stop[];
  readonly recipe: JourneyRecipe;
  readonly journal: Journal;
  readonly key: JournalKey;
  /** What the journal has of a stage. */
  readonly resumed: ReadonlyMap<number, Resumed>;
  /** A clock, in milliseconds. */
  readonly now: () => number;
}

/** A journey under way: what is known, how long it takes yet. Seconds. */
export interface Trip {
  partsOf(stop: Stop): Parts;
  /** Keeps it, in the journal too. */
  note(stop: Stop, found: Partial<Parts>): Promise<void>;
  time<T>(work: () => Promise<T>): Promise<Took<T>>;
  elapsed(): number;
  /** What is left, by the recipe and by how long the stages took that are done. */
  rest(): number;
  /** What is left of the budget, should all that is not yet known take as long as expected. */
  spare(): number;
  /** How long a stage may take that is measured now: what is left, and what was meant for it. */
  allowance(stop: Stop): number;
}

export function begin({ stops, recipe, journal, key, resumed, now }: TripPlan): Trip {
  const started = now();
  const parts = new Map<number, Parts>();
  const done: Experience[] = [];
  const trip: Trip = {
    partsOf: ({ stage }) =>
      parts.get(stage) ?? {
        measured: resumed.get(stage)?.measured ?? null,
        drill: resumed.get(stage)?.drill ?? null,
      },
    note: async (stop, found) => {
      if (found.measured)
        done.push({ expected: measuringSeconds(stop, recipe), took: found.measured.seconds });
      const now = { ...trip.partsOf(stop), ...found };
      parts.set(stop.stage, now);
      await journal.write(stop.stage, { key, ...now });
    },
    time: async (work) => {
      const from = now();
      const result = await work();
      return { result, seconds: (now() - from) / 1000 };
    },
    elapsed: () => (now() - started) / 1000,
    rest: () => {
      const unmeasured = stops.filter((stop) => trip.partsOf(stop).measured === null);
      const undrilled = stops.filter((stop) => trip.partsOf(stop).drill === null);
      const measuring = unmeasured.reduce((sum, stop) => sum + measuringSeconds(stop, recipe), 0);
      return pace(done) * (measuring + drillingSeconds(undrilled, recipe));
    },
    // Who was quick so far need not be so further on.
    spare: () => recipe.budgetSeconds - trip.elapsed() - Math.max(1, 1 / pace(done)) * trip.rest(),
    allowance: (stop) => {
      const meant = trip.partsOf(stop).measured === null ? measuringSeconds(stop, recipe) : 0;
      return trip.spare() + Math.max(1, pace(done)) * meant;
    },
  };
  return trip;
}
