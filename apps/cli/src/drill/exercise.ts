import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { type Run, runLoad } from '../measure/run.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { DrillRequest } from './drill.ts';
import type { Turn } from './effect.ts';
import { STATE_OF } from './exercised.ts';
import type { Outcome } from './outcome.ts';
import { STEADY_DEADLINE_MS, type Steady, untilSteady } from './steady.ts';
import { followTimeline, type Timeline } from './timeline.ts';

export interface Exercise {
  readonly startedAt: Date;
  readonly turns: readonly Turn[];
  readonly outcomes: readonly Outcome[];
  /** What the stage did not survive. */
  readonly faults: readonly string[];
  /** Why it says nothing. */
  readonly why: readonly string[];
}

/** A request may hang until k6 gives it up, and every one that arrives meanwhile needs a virtual user. */
const HANGING_SECONDS = 7;
/** The most a box may take to come back, in either runtime. */
const HEAL_SECONDS = 60;

/** Kills or pauses boxes in turn, and heals them, while one load runs, which ends with the last of them. */
export async function exerciseUnderLoad(
  runtime: Runtime,
  state: StackState,
  request: DrillRequest,
): Promise<Exercise> {
  const { scenario, rate, boxes, downSeconds } = request;
  const perBox = downSeconds + HEAL_SECONDS + (2 * STEADY_DEADLINE_MS) / 1000;
  const enough = new AbortController();
  const loadOver = new AbortController();
  let onFolder: (folder: string) => void = () => undefined;
  const started = new Promise<string>((resolve) => {
    onFolder = resolve;
  });
  const load: Promise<Run> = runLoad(runtime, {
    scenario,
    mode: 'open',
    rate,
    vus: Math.ceil(rate * HANGING_SECONDS) + 10,
    sides: [{ side: 'this', state }],
    lead: 1.5,
    duration: Math.ceil(perBox * boxes.length + STEADY_DEADLINE_MS / 1000),
    step: 60,
    sloMs: 200,
    timeline: true,
    disturbed: true,
    signal: request.signal,
    enough: enough.signal,
    onStart: (_, folder) => onFolder(folder),
  });
  const over = load.then(
    () => loadOver.abort(new Failure('The load ended before the drill did.')),
    (error: unknown) => loadOver.abort(error),
  );
  try {
    const folder = await Promise.race([started, over]);
    loadOver.signal.throwIfAborted();
    if (folder === undefined) throw new TypeError('k6 has started and told no folder');
    const timeline = followTimeline(folder);
    const signal = AbortSignal.any([request.signal, loadOver.signal]);
    const { turns, faults, why } = await takeTurns(runtime, state, { ...request, signal }, timeline);
    enough.abort();
    const run = await load;
    await timeline.read();
    return {
      startedAt: run.startedAt,
      turns,
      outcomes: timeline.outcomes,
      faults,
      why: [...why, ...run.why],
    };
  } finally {
    // Whatever went wrong, k6 has ended before the stack goes.
    enough.abort();
    await over;
  }
}

async function takeTurns(
  runtime: Runtime,
  state: StackState,
  request: DrillRequest,
  timeline: Timeline,
): Promise<Pick<Exercise, 'turns' | 'faults' | 'why'>> {
  const { rate, steadySeconds, signal, onProgress } = request;
  const turns: Turn[] = [];
  const settled = (since: number): Promise<Steady> =>
    untilSteady(runtime, { id: state, timeline, rate, since, steadySeconds, signal });
  onProgress(`${request.scenario} at ${rate}/s: waiting until it is steady`);
  const before = await settled(Date.now());
  if (before.state !== 'steady') {
    return {
      turns,
      faults: [],
      why: [`the load was not steady before anything was disturbed: ${before.what}`],
    };
  }
  let { from } = before;
  for (const box of request.boxes) {
    const { turn, trouble, isFaulty } = await takeTurn(runtime, state, request, { box, steadyFrom: from });
    turns.push(turn);
    if (turn.readyAt === null) return { turns, faults: [`${box} did not come back: ${trouble}`], why: [] };
    if (!isFaulty) return { turns, faults: [], why: [`${box} was not down until its heal: ${trouble}`] };
    const steady = await settled(turn.readyAt);
    if (steady.state !== 'steady') {
      const { state: how, what } = steady;
      return how === 'wrong'
        ? { turns, faults: [`not well again after ${box} was healed: ${what}`], why: [] }
        : { turns, faults: [], why: [`the load was not steady again after ${box} was healed: ${what}`] };
    }
    from = steady.from;
  }
  return { turns, faults: [], why: [] };
}

async function takeTurn(
  runtime: Runtime,
  state: StackState,
  { downSeconds, fault, signal, onProgress }: DrillRequest,
  { box, steadyFrom }: { box: string; steadyFrom: number },
): Promise<{ turn: Turn; trouble: string; isFaulty: boolean }> {
  onProgress(`${box} is ${STATE_OF[fault]}`);
  const faultAt = Date.now();
  await (fault === 'pause' ? runtime.faults.pause(state, box) : runtime.kill(state, box));
  await sleep(downSeconds * 1000, undefined, { signal });
  const found = (await runtime.state(state))?.boxes.find(({ name }) => name === box)?.state;
  // One that had ended by itself just before is down like a killed one.
  const isFaulty = found === STATE_OF[fault] || (fault === 'kill' && found === 'exited');
  const healAt = Date.now();
  const turn = { box, steadyFrom, faultAt, healAt };
  try {
    await runtime.heal(state, box);
    const readyAt = Date.now();
    onProgress(`${box} is ready again, ${((readyAt - healAt) / 1000).toFixed(1)} s after its heal`);
    return { turn: { ...turn, readyAt }, trouble: `it was ${found ?? 'gone'}`, isFaulty };
  } catch (error) {
    signal.throwIfAborted();
    return { turn: { ...turn, readyAt: null }, trouble: (error as Error).message, isFaulty };
  }
}
