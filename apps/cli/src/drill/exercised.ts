import type { BoxState, StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import type { Effect, Turn } from './effect.ts';
import type { Outcome } from './outcome.ts';

export type BoxFault = 'kill' | 'pause';

/** What came of a box's turn. */
export interface Drilled extends Effect {
  /** What its fault left untried, because no request needed it; null: nothing. */
  readonly notExercised: string | null;
}

/** A box as its turn found it. */
export interface Subject {
  readonly kind: string;
  /** Boxes of its service: requests are spread over them. */
  readonly instances: number;
  /** The region in which the box stands, where visitors of this load come from another one. */
  readonly farRegion: string | null;
}

/** What a load asks of the boxes. */
export interface Asked {
  readonly fault: BoxFault;
  /** Its buyers want their tickets by mail. */
  readonly mailsTickets: boolean;
}

/** The state of a box while a fault lasts. */
export const STATE_OF: Readonly<Record<BoxFault, BoxState>> = { kill: 'killed', pause: 'paused' };

/** From here on a person notices. */
export const NOTICED_MS = 1000;
/** With fewer requests in flight in a box on average, a kill most likely cuts none short. */
const IN_FLIGHT = 0.5;
const SOLD: readonly string[] = ['reserve', 'buy', 'replay'];

/**
 * What the fault of a box left untried, because no request needed it; null: nothing. A box whose fault is seen in the
 * answers was needed.
 */
export function notExercised(
  effect: Effect,
  outcomes: readonly Outcome[],
  turn: Turn,
  { kind, instances, farRegion, fault, mailsTickets }: Subject & Asked,
): string | null {
  if (effect.failed > 0 || Object.values(effect.groups).some(({ needsTheBox }) => needsTheBox)) return null;
  const during = outcomes.filter(({ sentAt }) => sentAt >= turn.faultAt && sentAt < turn.healAt);
  const sold = during.some(({ request, right }) => right && SOLD.includes(request));
  const mailed = mailsTickets && during.some(({ request, right }) => right && request === 'buy');
  if (kind === 'mail' && !mailed) return 'no ticket was mailed meanwhile';
  if ((kind === 'broker' || kind === 'worker') && !sold) return 'nothing was sold meanwhile';
  if (farRegion !== null) return `no visitor came from ${farRegion}`;
  if (during.length === 0) return 'nothing was asked meanwhile';
  if ((effect.slowestMs ?? 0) >= NOTICED_MS) return null;
  // What hangs is noticed by whoever asks next; what is killed only by those whose requests it has.
  if (fault === 'pause' || kind === 'mail' || kind === 'broker' || kind === 'worker') return null;
  const inFlight = inFlightBefore(outcomes, turn) / instances;
  return inFlight < IN_FLIGHT ? `a request in flight (${inFlight.toFixed(2)} on average at the kill)` : null;
}

/** Requests in flight on average while all was well: the sum of their times by the length of that time (Little's law). */
function inFlightBefore(outcomes: readonly Outcome[], { steadyFrom, faultAt }: Turn): number {
  const span = Math.max(1, faultAt - steadyFrom);
  const times = outcomes.map(
    ({ sentAt, endedAt }) => Math.min(endedAt, faultAt) - Math.max(sentAt, steadyFrom),
  );
  return times.reduce((sum, ms) => sum + Math.max(0, ms), 0) / span;
}

/** A box of a stack whose load comes from the first of its regions. */
export function subjectOf(name: string, { boxes }: StackState, { facts, services }: ComposeFile): Subject {
  const box = boxes.find((each) => each.name === name);
  const ways = Object.entries(facts.regions ?? {});
  const [home] = ways.map(([region]) => region);
  const entrances = ways.filter(([, way]) => way.split(':')[0] === box?.service);
  const [entrance] = entrances.length === 1 ? entrances.map(([region]) => region) : [];
  const region = services[box?.service ?? '']?.labels['scaling.region'] ?? entrance;
  return {
    kind: box?.kind ?? '',
    instances: Math.max(1, boxes.filter(({ service }) => service === box?.service).length),
    farRegion: region === undefined || region === home ? null : region,
  };
}
