import type { Provenance } from '../measure/provenance.ts';
import { provenance } from '../measure/provenance.ts';
import { withStackOfItsOwn } from '../measure/stack-of-its-own.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type Verification, verify } from '../verify/verify.ts';
import { type Effect, effectOf } from './effect.ts';
import { exerciseUnderLoad } from './exercise.ts';
import type { Group } from './outcome.ts';
import { hangsOn } from './verdict.ts';

export interface DrillRequest {
  readonly stage: number;
  readonly scenario: string;
  /** Which boxes die, one after the other. */
  readonly boxes: readonly string[];
  /** Requests that arrive per second. */
  readonly rate: number;
  /** How long a box stays down. */
  readonly downSeconds: number;
  /** For so long all must have been well before a box dies; three if nothing is said. */
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
  /** `falls short`: something acknowledged was lost or sold twice, or the stage did not get well again. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  /** What fell short. */
  readonly faults: readonly string[];
  /** Why the drill says nothing. */
  readonly why: readonly string[];
  readonly boxes: readonly Effect[];
  /** The boxes without which nothing is answered, or nothing of a kind. */
  readonly singlePointsOfFailure: readonly { readonly box: string; readonly of: readonly Group[] }[];
  readonly requests: number;
  readonly failed: number;
  /** What buyers were told against what the database holds; null: it could not be read any more. */
  readonly verification: Omit<Verification, 'stage' | 'runs'> | null;
  readonly provenance: Provenance;
}

/**
 * Kills each box of a stage in turn under a steady load, heals it, and tells what failed and for how long; then holds
 * what buyers were told against the database. In a stack of its own, which is down at the end whatever happens.
 */
export async function drill(runtime: Runtime, request: DrillRequest): Promise<Drill> {
  return await withStackOfItsOwn(runtime, request, (state) => drillStack(runtime, state, request));
}

async function drillStack(runtime: Runtime, state: StackState, request: DrillRequest): Promise<Drill> {
  const { stage, scenario, rate, downSeconds, onProgress } = request;
  const exercise = await exerciseUnderLoad(runtime, state, request);
  onProgress('verify');
  const { verification, unread } = await verified(runtime, state);
  const boxes = exercise.turns.map((turn, index) =>
    effectOf(exercise.outcomes, turn, exercise.turns[index + 1]?.killedAt ?? Number.POSITIVE_INFINITY),
  );
  const faults = [
    ...exercise.faults,
    ...unread,
    ...(verification?.verdict === 'falls short' ? ['what buyers were told does not hold'] : []),
  ];
  const { why } = exercise;
  const first = exercise.outcomes[0]?.sentAt ?? 0;
  return {
    stage,
    scenario,
    rate,
    downSeconds,
    verdict: faults.length > 0 ? 'falls short' : why.length > 0 ? 'void' : 'holds',
    faults,
    why,
    boxes,
    singlePointsOfFailure: boxes
      .map((effect) => ({ box: effect.box, of: hangsOn(effect) }))
      .filter(({ of }) => of.length > 0),
    requests: exercise.outcomes.length,
    failed: exercise.outcomes.filter((each) => !each.right).length,
    verification,
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario,
      load: `${rate}/s`,
      durationSeconds: Math.round(((exercise.outcomes.at(-1)?.endedAt ?? first) - first) / 1000),
      conditions: [
        'warmed up',
        'disturbed on purpose',
        `each box down for ${downSeconds} s`,
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
