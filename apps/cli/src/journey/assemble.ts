import type { Drill } from '../drill/drill.ts';
import { bottlenecks } from './bottlenecks.ts';
import type { Took } from './journal.ts';
import type { Measured } from './measure-stage.ts';
import type { JourneyStage } from './record.ts';
import type { Stop } from './stop.ts';

/** A stage of the journey from its two parts. */
export function assemble(
  { stage, name, facts }: Stop,
  { measured, drill }: { readonly measured: Took<Measured>; readonly drill: Took<Drill> },
): JourneyStage {
  const { step, ladder, provenance } = measured.result;
  const { previous: bottleneckBefore, this: bottleneck } = bottlenecks(step, ladder);
  const why = [...measured.result.why, ...drill.result.why.map((reason) => `drill: ${reason}`)];
  return {
    stage,
    name,
    title: facts.title,
    users: facts.users,
    scenario: facts.scenario,
    step,
    ladder,
    bottleneck,
    bottleneckBefore,
    drill: drill.result,
    valid: why.length === 0,
    why,
    provenance,
    seconds: measured.seconds + drill.seconds,
  };
}
