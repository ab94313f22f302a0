import { standingAlone } from '../measure/alone.ts';
import { compare } from '../measure/compare.ts';
import { compareLatency } from '../measure/compare-latency.ts';
import { place } from '../measure/placement.ts';
import { type Provenance, provenance } from '../measure/provenance.ts';
import { runLoad } from '../measure/run.ts';
import { startSpinner } from '../measure/spinner.ts';
import { limiterReasons } from '../measure/validity.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Climbed, climb, type LoadRung } from './ladder.ts';
import type { JourneyRecipe } from './recipe.ts';
import type { Rung, Step } from './record.ts';
import type { Stop } from './stop.ts';

/** A stage beside the one before it, without its drill. */
export interface Measured {
  readonly step: Step | null;
  readonly ladder: readonly Rung[];
  /** Why it says nothing; empty: it is valid. */
  readonly why: readonly string[];
  readonly provenance: Provenance;
}

export interface MeasureRequest {
  readonly stop: Stop;
  readonly recipe: JourneyRecipe;
  /** A void boot is taken once more while the stage would still end within this. */
  readonly budgetSeconds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

const SLO_MS = 200;

/** Beside the stage before, with the ladder of both in the same boot; the first stage climbs alone. */
export async function measureStage(runtime: Runtime, request: MeasureRequest): Promise<Measured> {
  if (request.stop.stage === 1) return climbAlone(runtime, request);
  const { stop, recipe, budgetSeconds, signal, onProgress } = request;
  const { stage, facts } = stop;
  const ladders: Climbed[] = [];
  const compareRequest = {
    stage,
    scenario: facts.scenario,
    recipe: { ...recipe.pair, budgetSeconds },
    signal,
    onProgress,
    survey: async (load: LoadRung) => {
      ladders.push(await climb(load, recipe.ladder, onProgress));
    },
  };
  const step: Step =
    facts.gain === 'latency'
      ? { gain: facts.gain, comparison: await compareLatency(runtime, compareRequest) }
      : { gain: 'capacity', comparison: await compare(runtime, compareRequest) };
  const [ladder] = ladders;
  if (ladder === undefined) throw new Error('a comparison calls its survey');
  return {
    step,
    ladder: ladder.rungs,
    why: [...step.comparison.why, ...ladder.why],
    provenance: step.comparison.provenance,
  };
}

async function climbAlone(runtime: Runtime, request: MeasureRequest): Promise<Measured> {
  const { recipe, signal, onProgress } = request;
  const { stage, facts } = request.stop;
  const { scenario } = facts;
  const { users, lead, duration } = recipe.ladder;
  const startedAt = new Date();
  const spinner = await startSpinner();
  try {
    return await standingAlone(runtime, { stage, scenario, signal, onProgress }, async (state) => {
      const { kind } = await place(runtime, [state], (_, box) => box.cpus ?? 0);
      const ladder = await climb(
        async (vus, seconds) => {
          const run = await runLoad(runtime, {
            scenario,
            mode: 'closed',
            vus,
            ...seconds,
            sides: [{ side: 'this', state }],
            step: 1,
            sloMs: SLO_MS,
            signal,
          });
          if (run.sides.this === undefined) throw new Error('the run has no side "this"');
          return { sides: { previous: null, this: run.sides.this }, why: run.why };
        },
        { users, lead, duration },
        onProgress,
      );
      return {
        step: null,
        ladder: ladder.rungs,
        why: [...limiterReasons(state.limiter), ...ladder.why],
        provenance: await provenance({
          runtime,
          stacks: [state],
          scenario,
          load: `closed loop, ${users.join(', ')} users`,
          durationSeconds: duration * users.length,
          conditions: [
            '1 boot',
            spinner === null ? 'no spinner' : 'spinner',
            kind === 'free' ? 'not pinned' : 'each box on one core',
          ],
          startedAt,
        }),
      };
    });
  } finally {
    await spinner?.stop();
  }
}
