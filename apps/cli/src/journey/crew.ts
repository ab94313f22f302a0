import { drill } from '../drill/drill.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { measureStage } from './measure-stage.ts';
import type { JourneyRecipe } from './recipe.ts';
import type { Crew } from './travel.ts';

/** Measures on real stacks. */
export function crewOf(runtime: Runtime, recipe: JourneyRecipe, signal: AbortSignal): Crew {
  const { scenario, rate, downSeconds, steadySeconds } = recipe.drill;
  return {
    measure: (stop, how) => measureStage(runtime, { stop, recipe, signal, ...how }),
    drill: ({ stage, boxes }, { others, onProgress }) =>
      drill(runtime, {
        stage,
        scenario,
        boxes,
        fault: 'kill',
        rate,
        downSeconds,
        steadySeconds,
        conditions: others ? ['other stages drilled meanwhile'] : [],
        signal,
        onProgress,
      }),
  };
}
