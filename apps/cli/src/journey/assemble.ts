import type { Drill } from '../drill/drill.ts';
import type { Took } from './journal.ts';
import { bottlenecks } from './ladder.ts';
import type { Measured } from './measure-stage.ts';
import type { JourneyStage } from './record.ts';
import type { Stop } from './stop.ts';

/** A stage of the journey from its two parts. */
export function assemble(
  { stage, name, facts }: Stop,
  { measured, drill }: { readonly measured: Took<Measured>; readonly drill: Took<Drill> },
): JourneyStage {
  const { step, ladder, provenance } = measured.result;
  const why = [...measured.result.why, ...drill.result.why.map((reason) => `drill: ${reason}`)];
  return {
    stage,
    name,
    title: facts.title,
    users: facts.users,
    scenario: facts.scenario,
    step,
    ladder,
    ...bottlenecks(ladder),
    drill: drill.result,
    valid: why.length === 0,
    why,
    provenance,
    seconds: measured.seconds + drill.seconds,
  };
}
