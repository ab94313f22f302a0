import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { recordsFolder } from '../measure/stack-records.ts';
import { lockStack } from '../runtime/lock-stack.ts';
import { MAX_INSTANCES } from '../runtime/native/addresses.ts';
import type { Runtime, StackId, StackState } from '../runtime/runtime.ts';
import { boxesOf, changeBoxes, type Step, takeBack } from './change-boxes.ts';
import { type Change, decide, type Look } from './decide.ts';
import { lesson } from './lesson.ts';
import { averageOf, type Glance, looker } from './look.ts';
import type { Rules } from './rules.ts';

export interface AutoscaleRequest {
  readonly rules: Rules;
  /** Whose boxes become more and fewer: names of services. */
  readonly services: readonly string[];
  /** How many times as fast the rules' clock runs. */
  readonly speed: number;
  /** What the rules' clock says at the beginning, milliseconds since 1970; now, if nothing is said. */
  readonly clock?: number;
  /** Each of them ends it. */
  readonly signal: AbortSignal;
  readonly enough?: AbortSignal;
  /** Looking has begun. */
  readonly onBegin?: () => void;
  readonly onStep: (step: Step) => void;
  /** Something worth knowing that no rule acts on; told when it begins. */
  readonly onNote: (note: Note) => void;
  /** Once in a period. */
  readonly onAverage?: (averages: Readonly<Record<string, number>>, state: StackState) => void;
}

export interface Note {
  readonly at: number;
  readonly what: string;
}

export interface Autoscaled {
  readonly steps: readonly Step[];
  readonly notes: readonly Note[];
  /** Boxes by service. */
  readonly start: Readonly<Record<string, number>>;
  readonly end: Readonly<Record<string, number>>;
}

/** So often in a period the boxes are looked at. */
const LOOKS_PER_PERIOD = 6;
const LEAST_LOOK_MS = 500;

/** How its boxes became more and fewer is all that is known of a service. */
interface Watched {
  readonly service: string;
  readonly start: number;
  looks: Look[];
  last: { at: number; change: Change['change'] } | null;
  held: boolean;
}

/**
 * Watches the boxes of a running stack and follows the rules, until it is ended; then it takes back what it added. Boxes
 * come and go as by `scale`: the load balancer finds a new one by its health check, and one that goes says that it is
 * not ready, serves until no request comes any more, and ends.
 */
export async function autoscale(
  runtime: Runtime,
  state: StackState,
  request: AutoscaleRequest,
): Promise<Autoscaled> {
  const id: StackId = { stage: state.stage, slot: state.slot };
  const watched = request.services.map(
    (service): Watched => ({
      service,
      start: boxesOf(state, service).length,
      looks: [],
      last: null,
      held: false,
    }),
  );
  for (const each of watched) refuseCount(state, each, request.rules);
  // Two of them would take each other's boxes away.
  const release = await lockStack(`${recordsFolder(id)}.autoscale`, id.stage, 'scaled by rules');
  const steps: Step[] = [];
  const notes: Note[] = [];
  const tell = (step: Step): void => {
    steps.push(step);
    request.onStep(step);
  };
  const note = (what: string): void => {
    notes.push({ at: Date.now(), what });
    request.onNote({ at: Date.now(), what });
  };
  try {
    try {
      await followRules(runtime, id, { ...request, watched, tell, note });
    } finally {
      for (const each of watched) {
        const step = await takeBack(runtime, id, each);
        if (step !== null) tell(step);
      }
    }
    const after = await runtime.state(id);
    return {
      steps,
      notes,
      start: Object.fromEntries(watched.map(({ service, start }) => [service, start])),
      end: Object.fromEntries(watched.map(({ service }) => [service, boxesOf(after, service).length])),
    };
  } finally {
    await release();
  }
}

interface Following extends AutoscaleRequest {
  readonly watched: readonly Watched[];
  readonly tell: (step: Step) => void;
  readonly note: (what: string) => void;
}

async function followRules(runtime: Runtime, id: StackId, following: Following): Promise<void> {
  const { rules, speed, watched, enough, onAverage } = following;
  const signal = AbortSignal.any([following.signal, ...(enough === undefined ? [] : [enough])]);
  const periodMs = (rules.period * 1000) / speed;
  const began = Date.now();
  const onRulesClock = (moment: number): number => (following.clock ?? began) + (moment - began) * speed;
  const look = await looker(runtime, id, periodMs);
  following.onBegin?.();
  let lastLesson: string | null = null;
  for (let count = 1; ; count++) {
    await sleep(Math.max(LEAST_LOOK_MS, periodMs / LOOKS_PER_PERIOD), undefined, { signal }).catch(
      () => undefined,
    );
    if (signal.aborted) return;
    const glance = await look();
    if (glance === null) throw new Failure(`Stage ${id.stage} went down while its boxes were watched.`);
    for (const each of watched) await act(runtime, id, each, glance, { ...following, onRulesClock });
    if (count % LOOKS_PER_PERIOD !== 0) continue;
    // Boxes that have just come open their connections: the database is busy for a moment, and that is no lesson.
    const settled = watched.every(
      ({ last }) => last === null || last.at <= onRulesClock(glance.to) - rules.period * 1000,
    );
    const found = settled ? lesson(glance.recently, following.services) : null;
    // One lesson about one box, though its figures change from look to look.
    if (found !== null && lastLesson === null) following.note(found);
    lastLesson = found;
    onAverage?.(averagesOf(glance, following.services), glance.state);
  }
}

async function act(
  runtime: Runtime,
  id: StackId,
  each: Watched,
  glance: Glance,
  following: Following & { readonly onRulesClock: (moment: number) => number },
): Promise<void> {
  const { rules, onRulesClock, tell, note } = following;
  const average = averageOf(glance.loads, each.service);
  if (average !== null)
    each.looks.push({ from: onRulesClock(glance.from), to: onRulesClock(glance.to), average });
  const kept = rules.period * 1000 * (Math.max(rules.above.periods, rules.below.periods) + 1);
  each.looks = each.looks.filter(({ to }) => to > onRulesClock(glance.to) - kept);
  const decision = decide(rules, {
    now: onRulesClock(glance.to),
    boxes: boxesOf(glance.state, each.service).length,
    start: each.start,
    looks: each.looks,
    last: each.last,
  });
  if (decision.change === 'held' && !each.held) note(`${each.service}: ${decision.why}`);
  each.held = decision.change === 'held';
  if (decision.change === 'none' || decision.change === 'held') return;
  const step = await changeBoxes(runtime, id, { ...decision, service: each.service });
  each.last = { at: onRulesClock(step.doneAt), change: step.change };
  tell(step);
}

function refuseCount({ stage }: StackState, { service, start }: Watched, { boxes }: Rules): void {
  if (boxes.most > MAX_INSTANCES)
    throw new Failure(
      `The rules want up to ${boxes.most} boxes, and a load balancer knows ${MAX_INSTANCES}.`,
      {
        next: `Set boxes.most to ${MAX_INSTANCES} in stages/scaling.yaml.`,
      },
    );
  if (start >= boxes.least && start <= boxes.most) return;
  const nearest = start < boxes.least ? boxes.least : boxes.most;
  throw new Failure(
    `Stage ${stage} runs ${start} boxes of ${service}, and the rules want ${boxes.least} to ${boxes.most}.`,
    { next: `First \`pnpm stage ${stage} scale ${service} ${nearest}\`, or change stages/scaling.yaml.` },
  );
}

function averagesOf({ recently }: Glance, services: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    services.flatMap((service) => {
      const average = averageOf(recently, service);
      return average === null ? [] : [[service, average]];
    }),
  );
}
