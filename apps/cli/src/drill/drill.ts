import type { Provenance } from '../measure/provenance.ts';
import { provenance } from '../measure/provenance.ts';
import { findScenario } from '../measure/scenarios.ts';
import { withStackOfItsOwn } from '../measure/stack-of-its-own.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { readStage } from '../stage/stages.ts';
import { type Verification, verify } from '../verify/verify.ts';
import { effectOf } from './effect.ts';
import { exerciseUnderLoad } from './exercise.ts';
import { type BoxFault, type Drilled, notExercised, STATE_OF, subjectOf } from './exercised.ts';
import type { Group } from './outcome.ts';
import { hangsOn } from './verdict.ts';

export interface DrillRequest {
  readonly stage: number;
  readonly scenario: string;
  /** Which boxes are disturbed, one after the other. */
  readonly boxes: readonly string[];
  /** `kill`: their processes are killed; `pause`: they are stopped and hang. */
  readonly fault: BoxFault;
  /** Requests that arrive per second. */
  readonly rate: number;
  /** How long a box stays down. */
  readonly downSeconds: number;
  /** For so long all must have been well before a box is disturbed; three if nothing is said. */
  readonly steadySeconds?: number;
  /** For provenance, besides what every drill does: that others go on meanwhile. */
  readonly conditions?: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** What came of a drill; with `--json`, the document that is printed. Times in milliseconds. */
export interface Drill {
  readonly stage: number;
  readonly scenario: string;
  readonly rate: number;
  readonly downSeconds: number;
  readonly fault: BoxFault;
  /** `falls short`: something acknowledged was lost or sold twice, or the stage did not get well again. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  /** What fell short. */
  readonly faults: readonly string[];
  /** Why the drill says nothing. */
  readonly why: readonly string[];
  readonly boxes: readonly Drilled[];
  /** The boxes without which nothing is answered, or nothing of a kind. */
  readonly singlePointsOfFailure: readonly { readonly box: string; readonly of: readonly Group[] }[];
  readonly requests: number;
  readonly failed: number;
  /** What buyers were told against what the database holds; null: it could not be read any more. */
  readonly verification: Omit<Verification, 'stage' | 'runs'> | null;
  readonly provenance: Provenance;
}

/**
 * Kills or pauses each box of a stage in turn under a steady load, heals it, and tells what failed and for how long; then holds
 * what buyers were told against the database. In a stack of its own, which is down at the end whatever happens.
 */
export async function drill(runtime: Runtime, request: DrillRequest): Promise<Drill> {
  return await withStackOfItsOwn(runtime, request, (state) => drillStack(runtime, state, request));
}

async function drillStack(runtime: Runtime, state: StackState, request: DrillRequest): Promise<Drill> {
  const { stage, scenario, rate, downSeconds, fault, onProgress } = request;
  const asked = { fault, mailsTickets: findScenario(scenario).mailsTickets };
  const file = await readStage(stage);
  const exercise = await exerciseUnderLoad(runtime, state, request);
  onProgress('verify');
  const { verification, unread } = await verified(runtime, state);
  const { outcomes } = exercise;
  const boxes = exercise.turns.map((turn, index): Drilled => {
    const effect = effectOf(outcomes, turn, exercise.turns[index + 1]?.faultAt ?? Number.POSITIVE_INFINITY);
    const subject = subjectOf(turn.box, state, file);
    return { ...effect, notExercised: notExercised(effect, outcomes, turn, { ...subject, ...asked }) };
  });
  const faults = [
    ...exercise.faults,
    ...unread,
    ...(verification?.verdict === 'falls short' ? ['what buyers were told does not hold'] : []),
  ];
  const { why } = exercise;
  const first = outcomes[0]?.sentAt ?? 0;
  return {
    stage,
    scenario,
    rate,
    downSeconds,
    fault,
    verdict: faults.length > 0 ? 'falls short' : why.length > 0 ? 'void' : 'holds',
    faults,
    why,
    boxes,
    singlePointsOfFailure: boxes
      .map((effect) => ({ box: effect.box, of: hangsOn(effect) }))
      .filter(({ of }) => of.length > 0),
    requests: outcomes.length,
    failed: outcomes.filter((each) => !each.right).length,
    verification,
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario,
      load: `${rate}/s`,
      durationSeconds: Math.round(((outcomes.at(-1)?.endedAt ?? first) - first) / 1000),
      conditions: [
        'warmed up',
        'disturbed on purpose',
        `each box ${STATE_OF[fault]} for ${downSeconds} s`,
        ...(request.conditions ?? []),
      ],
      startedAt: exercise.startedAt,
    }),
  };
}

async function verified(
  runtime: Runtime,
  state: StackState,
): Promise<{ verification: Drill['verification']; unread: string[] }> {
  try {
    const { stage: _, runs: __, ...audit } = await verify(runtime, (await runtime.state(state)) ?? state);
    return { verification: audit, unread: [] };
  } catch (error) {
    // A database that did not come back is what the drill found out, no reason to throw the findings away.
    return {
      verification: null,
      unread: [`what the database holds could not be read: ${(error as Error).message}`],
    };
  }
}
