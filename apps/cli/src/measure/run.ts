import { join } from 'node:path';
import type { Part, Slices, Target } from '../../../../loadtests/lib/target.ts';
import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { noteRun, stockUp } from './inventory.ts';
import { type LoadPlan, runK6 } from './k6.ts';
import { type Offload, offload } from './offload.ts';
import { originFiles } from './origin-files.ts';
import { hasQueue, untilDrained } from './queue.ts';
import { type BoxLoad, boxLoads } from './saturation.ts';
import { findScenario } from './scenarios.ts';
import { recordsFolder } from './stack-records.ts';
import type { SideSummary } from './summary.ts';
import { voidReasons } from './validity.ts';
import { type Watch, watch } from './watch.ts';

/** A stack under load in a run. */
export interface Side {
  /** `this`, `previous`. */
  readonly side: string;
  readonly state: StackState;
  readonly rate?: number;
  readonly vus?: number;
  /** Its own, where the sides of a run differ. */
  readonly scenario?: string;
  readonly slices?: Slices;
  /** `rate` is then the highest of it. */
  readonly course?: readonly Part[];
  readonly region?: string;
  /** Where its load goes, if not to the entry box. */
  readonly url?: string;
}

export interface RunPlan extends Omit<LoadPlan, 'targets'> {
  readonly sides: readonly Side[];
  /** `entry`: straight to the entry box; `site`: through the published port, as a person comes in. */
  readonly through?: 'entry' | 'site';
  readonly core?: number;
  /** Boxes are killed or reloaded meanwhile, on purpose. */
  readonly disturbed?: boolean;
  readonly signal: AbortSignal;
  readonly enough?: AbortSignal;
  readonly onStart?: (api: string | null, results: string) => void;
}

export interface SideRun {
  readonly side: string;
  readonly summary: SideSummary;
  readonly loads: readonly BoxLoad[];
  /** Right or wrong answers per second of the measured time, of its own slices if it has some. */
  readonly rps: number;
  /** CPU per request and box, microseconds. */
  readonly cpuMicrosPerRequest: Readonly<Record<string, number>>;
  /** What the edges kept away from the origin; null: no file came through one. */
  readonly edge: Offload | null;
}

export interface Run {
  readonly startedAt: Date;
  readonly sides: Readonly<Record<string, SideRun>>;
  readonly k6Cores: number | null;
  /** Why the run says nothing; empty: it is valid. */
  readonly why: readonly string[];
}

/** A queue that earlier runs filled is waited for this long. */
const DRAIN_LIMIT_MS = 240_000;
/** Requests per second that nothing here comes near, not even without quotas: a closed loop is provided with seats for. */
const CLOSED_LOOP_RPS = 1500;

/** One measured execution: load on one or two stacks, what their boxes used meanwhile, and whether it counts. */
export async function runLoad(runtime: Runtime, plan: RunPlan): Promise<Run> {
  const startedAt = new Date();
  const run = `${startedAt.getTime().toString(36)}-${process.pid}`;
  const host = plan.sides.find((side) => side.side === 'this') ?? plan.sides[0];
  if (host === undefined) throw new RangeError('a run needs a side');
  // What an earlier run left to do would be paid for by this one.
  for (const { state } of plan.sides) await drained(runtime, state, plan.signal);
  const targets: Target[] = [];
  // One after the other: two sides may be of one stack.
  for (const side of plan.sides) targets.push(await targetOf(runtime, plan, side));
  const others = plan.sides.map(({ state }) => state).filter((state) => state !== host.state);
  const results = join(recordsFolder(host.state), run);
  const before = await Promise.all(plan.sides.map(({ state }) => runtime.state(state)));
  const filesBefore = await filesOf(runtime, plan.sides);
  const watches = await watchAll(runtime, plan.sides);
  try {
    const { summary, k6Cores } = await runK6(
      runtime,
      { ...plan, targets },
      // A published port is this machine's: inside the stack's own network localhost would be the load box.
      { ...plan, id: host.state, others, results, run, hostNetwork: plan.through === 'site' },
    );
    const after = await Promise.all(plan.sides.map(({ state }) => runtime.state(state)));
    const filesAfter = await filesOf(runtime, plan.sides);
    const sides: Record<string, SideRun> = {};
    for (const [index, side] of plan.sides.entries()) {
      const measured = summary.sides[side.side];
      const stack = watches.get(side.side);
      if (measured === undefined || stack === undefined)
        throw new Error(`k6's summary lacks side ${side.side}`);
      await noteRun(side.state, {
        results,
        purchases: measured.purchases,
        users: usersOf(plan, side),
        ...sizeOf(plan, side),
      });
      const edge = offload(measured, filesBefore[index] ?? null, filesAfter[index] ?? null);
      sides[side.side] = { ...sideRun(side, measured, stack, plan), edge };
    }
    const facts = plan.sides.map((side, index) => ({
      name: `stage ${side.state.stage}`,
      summary: sides[side.side]?.summary as SideSummary,
      loads: sides[side.side]?.loads ?? [],
      before: before[index] ?? side.state,
      after: after[index] ?? null,
    }));
    return { startedAt, sides, k6Cores, why: voidReasons(facts, k6Cores, plan.disturbed) };
  } finally {
    await Promise.all([...watches.values()].map((each) => each.stop()));
  }
}

async function drained(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<void> {
  if (!hasQueue(state)) return;
  if ((await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, signal })) !== null) return;
  throw new Failure(`The queue of stage ${state.stage} did not drain before the load began.`, {
    next: `pnpm stage ${state.stage} ps: is a worker down? Else wait, or begin anew with down and up.`,
  });
}

function filesOf(runtime: Runtime, sides: readonly Side[]) {
  return Promise.all(sides.map(({ state }) => originFiles(runtime, state)));
}

async function targetOf(runtime: Runtime, plan: RunPlan, side: Side): Promise<Target> {
  const inventory = await stockUp(
    runtime,
    side.state,
    mostPurchases(plan, side),
    scenarioOf(plan, side).seats,
  );
  return {
    side: side.side,
    url: side.url ?? (plan.through === 'site' ? side.state.site : side.state.entry),
    seatOffset: inventory.records.seatOffset,
    ...(side.region === undefined ? {} : { region: side.region }),
    ...(side.rate === undefined ? {} : { rate: side.rate }),
    ...(side.vus === undefined ? {} : { vus: side.vus }),
    ...(side.scenario === undefined ? {} : { scenario: side.scenario }),
    ...(side.slices === undefined ? {} : { slices: side.slices }),
    ...(side.course === undefined ? {} : { course: side.course }),
  };
}

function scenarioOf(plan: RunPlan, side: Side) {
  return findScenario(side.scenario ?? plan.scenario);
}

function sizeOf(plan: RunPlan, side: Side): { size?: number } {
  const { seats } = scenarioOf(plan, side);
  return seats === undefined ? {} : { size: seats };
}

function mostPurchases(plan: RunPlan, side: Side): number {
  const { purchases, thinks } = scenarioOf(plan, side);
  const perSecond =
    plan.mode === 'open'
      ? (side.rate ?? plan.rate ?? 0)
      : thinks === true
        ? usersOf(plan, side)
        : CLOSED_LOOP_RPS;
  return (perSecond * (plan.lead + plan.duration) * purchases) / (side.slices?.of ?? 1);
}

function usersOf(plan: RunPlan, side: Side): number {
  return side.vus ?? plan.vus ?? Math.ceil((side.rate ?? plan.rate ?? 0) * 1.5);
}

async function watchAll(runtime: Runtime, sides: readonly Side[]): Promise<Map<string, Watch>> {
  const entries = await Promise.all(
    sides.map(async ({ side, state, slices }) => {
      // A stack that is asked by turns only starts and stops within less than the usual half second.
      const everyMs = slices === undefined ? undefined : (slices.seconds * 1000) / 2;
      return [side, await watch(runtime, state, everyMs)] as const;
    }),
  );
  return new Map(entries);
}

function sideRun(
  { side, state, slices }: Side,
  summary: SideSummary,
  stack: Watch,
  plan: RunPlan,
): Omit<SideRun, 'edge'> {
  // A stack's own slices: between them it rests.
  const seconds = plan.duration / (slices?.of ?? 1);
  const from = (summary.startedAt ?? 0) + plan.lead * 1000;
  const used = stack.between(from, from + plan.duration * 1000);
  const loads = boxLoads(used, state.boxes, seconds);
  return {
    side,
    summary,
    loads,
    rps: summary.requests / seconds,
    cpuMicrosPerRequest: Object.fromEntries(
      summary.requests === 0
        ? []
        : loads.map(({ box, cpuMicros }) => [box, Math.round(cpuMicros / summary.requests)]),
    ),
  };
}
