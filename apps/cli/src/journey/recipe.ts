import type { Recipe } from '../measure/comparison.ts';

/** How much time a journey takes for what. Seconds. */
export interface JourneyRecipe {
  readonly name: 'full' | 'quick';
  /** Of each comparison; how long it may take, the journey knows on its way. */
  readonly pair: Omit<Recipe, 'budgetSeconds'>;
  readonly ladder: Ladder;
  readonly drill: {
    readonly scenario: string;
    /** Requests per second. */
    readonly rate: number;
    readonly downSeconds: number;
    /** For so long all must have been well before the next box dies. */
    readonly steadySeconds: number;
    /** Stages that are drilled at the same time, each under its own small load. */
    readonly lanes: number;
  };
  /** A void measurement is repeated only while the whole would still end within this. */
  readonly budgetSeconds: number;
}

export interface Ladder {
  /** On each side, ascending. */
  readonly users: readonly number[];
  /** Thrown away at the start of each rung. */
  readonly lead: number;
  readonly duration: number;
}

/** One user waits for nobody; four keep a box busy, nine two or three, and 16 are more than any stage serves at a time. */
const USERS = [1, 4, 9, 16];
/** As `drill` does by itself, of several stages at a time; down for a second less, which shows the same and leaves time to repeat. */
const DRILL = { scenario: 'mixed', rate: 20, downSeconds: 3, steadySeconds: 3, lanes: 6 } as const;

/** Two boots a pair; where they differ, so does the width of the interval, for a third would take a minute more. */
export const FULL: JourneyRecipe = {
  name: 'full',
  pair: { boots: 2, mostBoots: 2, measure: 9, lead: 2, rates: 2 },
  ladder: { users: USERS, lead: 0.5, duration: 2.5 },
  drill: DRILL,
  budgetSeconds: 20 * 60,
};

/**
 * One boot a pair, shorter windows, and fewer of them: its parts add up to ten minutes on two cores, so that nothing is
 * repeated. A drill's boxes are down for two seconds: long enough to see whether anybody waits for them.
 */
export const QUICK: JourneyRecipe = {
  name: 'quick',
  pair: { boots: 1, mostBoots: 1, lead: 1.5, measure: 6, rates: 1 },
  ladder: { users: [1, 4, 16], lead: 0.5, duration: 1.5 },
  drill: { ...DRILL, downSeconds: 2, steadySeconds: 2 },
  budgetSeconds: 10 * 60,
};
