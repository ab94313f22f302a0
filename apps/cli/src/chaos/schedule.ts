import { mulberry32 } from '../measure/bootstrap.ts';
import type { FaultKind, Menu, OperationKind } from './menu.ts';

/** Something goes wrong for a while. Times in milliseconds, `at` since the schedule began. */
export interface FaultStep {
  readonly type: 'fault';
  readonly at: number;
  readonly forMs: number;
  readonly fault: FaultKind;
  /** One box, two boxes at once, or the two ends of a link. */
  readonly boxes: readonly string[];
  /** Of the packets that are dropped, or of its quota that a box keeps; 0: not of this fault. */
  readonly share: number;
  /** Of a partition: only what the first box sends is dropped. */
  readonly oneWay: boolean;
}

/** Somebody operates the stack. */
export interface OperationStep {
  readonly type: 'operation';
  readonly at: number;
  readonly verb: Exclude<OperationKind, 'drop-data'> | 'mend';
  /** It would throw data away: the stack must refuse it. */
  readonly mustBeRefused: boolean;
  readonly words: readonly string[];
  /** Its process is killed after so long, and it is run again; null: it is left to its end. */
  readonly cutAfterMs: number | null;
}

export type Step = FaultStep | OperationStep;

export interface Schedule {
  readonly stage: number;
  readonly seed: number;
  readonly minutes: number;
  readonly steps: readonly Step[];
}

/** Faults and operations begin after this, so that every client has done something. */
const LEAD_MS = 3000;
/** At most so many boxes are disturbed at any moment. */
export const MOST_AT_ONCE = 3;
const GAP_MS = { least: 500, most: 5000 };
const FAULT_MS = { least: 500, most: 12_000 };
const OPERATION_SHARE = 0.35;
const OPERATIONS_APART_MS = 6000;
const CUT_SHARE = 0.6;
/** A process takes a third of a second to start, and most operations end within two. */
const CUT_MS = { least: 300, most: 2000 };
const TWO_AT_ONCE = 0.2;
/** A link that the compose file names, rather than any two boxes. */
const NAMED_LINK = 0.85;
/** Of the partitions. */
const ONE_WAY = 0.4;
/** Of the failovers: the next operation brings the deposed primary back, without which few failovers find a replica. */
const HEALED_SHARE = 0.75;
/** Of the failovers. */
const DISTURBED_SHARE = 0.75;
/** Of the databases that are cut off, the one that is the primary at first. */
const FIRST_SHARE = 0.5;
/**
 * How the databases are disturbed: two are cut off from each other, so that one lags, and the third one, which alone may have
 * confirmed the last commits, is down; or one of the two is; or one is cut off from all others, and then down; or none is.
 */
const DISTURBANCES = [
  'third-down',
  'third-down',
  'one-down',
  'one-down',
  'alone-down',
  'alone-down',
  'none-down',
] as const;
/** The databases were cut off for so long before one goes down, and that is so long before the failover. */
const CUT_OFF_MS = { least: 500, most: 3500 };
const DOWN_MS = { least: 200, most: 2000 };
/** These faults last so long after the failover began, which waits five seconds for a replica that lags. */
const GO_ON_MS = { least: 1000, most: 15_000 };
const MAX_INSTANCES = 6;

/** The whole schedule, a function of the seed and of what the stage has. */
export function scheduleOf(menu: Menu, { stage, seed, minutes }: Omit<Schedule, 'steps'>): Schedule {
  const dice = diceOf(seed, stage);
  const untilMs = minutes * 60_000;
  let steps: Step[] = [];
  let operatedAt = Number.NEGATIVE_INFINITY;
  let failedOver = false;
  for (let at = LEAD_MS; at < untilMs; at += Math.round(dice.between(GAP_MS))) {
    const mayOperate = at - operatedAt >= OPERATIONS_APART_MS && menu.operations.length > 0;
    if (mayOperate && (menu.faults.length === 0 || dice.chance(OPERATION_SHARE))) {
      const kind: OperationKind =
        failedOver && dice.chance(HEALED_SHARE) ? 'heal' : dice.choose(menu.operations);
      const operations = operationsAt(at, kind, menu, dice, untilMs);
      failedOver = kind === 'failover';
      const disturbed = failedOver ? faultsBefore(at, menu, dice, untilMs) : [];
      steps = [...steps.filter((step) => disturbed.every((fault) => !overlap(step, fault))), ...disturbed];
      steps.push(...operations);
      operatedAt = at;
    } else if (menu.faults.length > 0) {
      const step = faultAt(at, menu, dice, untilMs);
      if (isBearable(step, steps)) steps.push(step);
    }
  }
  return { stage, seed, minutes, steps: steps.sort((a, b) => a.at - b.at) };
}

interface Dice {
  chance(share: number): boolean;
  between(bounds: { readonly least: number; readonly most: number }): number;
  choose<T>(from: readonly T[]): T;
}

function diceOf(seed: number, stage: number): Dice {
  const random = mulberry32(seed * 16 + stage);
  return {
    chance: (share) => random() < share,
    between: ({ least, most }) => least + random() * (most - least),
    choose: (from) => from[Math.floor(random() * from.length)] as never,
  };
}

function faultAt(at: number, menu: Menu, dice: Dice, untilMs: number): FaultStep {
  const fault = dice.choose(menu.faults);
  // Short ones are more frequent: two draws, the shorter counts.
  const lasting = Math.min(dice.between(FAULT_MS), dice.between(FAULT_MS));
  const forMs = Math.round(Math.min(lasting, untilMs - at));
  return { type: 'fault', at, forMs, fault, ...placeOf(fault, menu, dice) };
}

type Place = Pick<FaultStep, 'boxes' | 'share' | 'oneWay'>;

function placeOf(fault: FaultKind, menu: Menu, dice: Dice): Place {
  if (fault === 'partition' || fault === 'lossy-link') {
    const [a, b] = dice.chance(NAMED_LINK) ? dice.choose(menu.links) : distinct(menu.boxes, dice);
    const boxes = dice.chance(0.5) ? [a, b] : [b, a];
    if (fault === 'partition') return { boxes, share: 1, oneWay: dice.chance(ONE_WAY) };
    return { boxes, share: rounded(dice.between({ least: 0.1, most: 0.5 })), oneWay: false };
  }
  if (fault === 'quota')
    return {
      boxes: [dice.choose(menu.boxes)],
      share: rounded(dice.between({ least: 0.1, most: 0.5 })),
      oneWay: false,
    };
  const among = fault === 'full-disk' ? menu.disks : menu.boxes;
  const isDouble = fault !== 'clock-step' && among.length > 1 && dice.chance(TWO_AT_ONCE);
  return {
    boxes: isDouble ? distinct(among, dice) : [dice.choose(among)],
    share: 0,
    oneWay: false,
  };
}

function distinct(boxes: readonly string[], dice: Dice): [string, string] {
  const first = dice.choose(boxes);
  return [first, dice.choose(boxes.filter((box) => box !== first))];
}

/**
 * Most failovers find their databases disturbed. A failover is made for that, and random faults seldom meet. Other faults make
 * way for them.
 */
function faultsBefore(at: number, menu: Menu, dice: Dice, untilMs: number): FaultStep[] {
  if (menu.databases.length < 2 || !dice.chance(DISTURBED_SHARE)) return [];
  const downAt = Math.max(0, Math.round(at - dice.between(DOWN_MS)));
  const cutOffAt = Math.max(0, Math.round(downAt - dice.between(CUT_OFF_MS)));
  const lasting = (from: number): Pick<FaultStep, 'at' | 'forMs'> => ({
    at: from,
    forMs: Math.round(Math.min(at + dice.between(GO_ON_MS), untilMs) - from),
  });
  const disturbance = dice.choose(DISTURBANCES);
  const [first, second] = cutOffPair(menu.databases, dice);
  const others = menu.databases.filter((box) => box !== first && box !== second);
  const peers = disturbance === 'alone-down' ? [second, ...others] : [second];
  const cut = lasting(cutOffAt);
  const steps: FaultStep[] = peers.map((peer) => {
    return { type: 'fault', ...cut, fault: 'partition', boxes: [first, peer], share: 1, oneWay: false };
  });
  const down = disturbance === 'third-down' ? others[0] : disturbance === 'none-down' ? undefined : first;
  const fault = dice.chance(0.5) ? 'kill' : 'pause';
  if (down !== undefined)
    steps.push({ type: 'fault', ...lasting(downAt), fault, boxes: [down], share: 0, oneWay: false });
  return steps.filter((step) => menu.faults.includes(step.fault));
}

function cutOffPair(databases: readonly string[], dice: Dice): [string, string] {
  const [primary] = databases;
  if (primary === undefined || !dice.chance(FIRST_SHARE)) return distinct(databases, dice);
  return [primary, dice.choose(databases.filter((box) => box !== primary))];
}

/** Faults at the same time. An operation does not count: it may begin at any time. */
function overlap(step: Step, fault: FaultStep): boolean {
  return step.type === 'fault' && step.at <= fault.at + fault.forMs && step.at + step.forMs >= fault.at;
}

/** Whether there are not too many faults at once, and none of the same kind on the same box. */
function isBearable(step: FaultStep, steps: readonly Step[]): boolean {
  const during = steps.filter(
    (other): other is FaultStep => other.type === 'fault' && other.at + other.forMs >= step.at,
  );
  const boxes = new Set([...during, step].flatMap((each) => each.boxes));
  return (
    boxes.size <= MOST_AT_ONCE &&
    during.every(
      (other) => other.fault !== step.fault || other.boxes.every((box) => !step.boxes.includes(box)),
    )
  );
}

function operationsAt(
  at: number,
  kind: OperationKind,
  menu: Menu,
  dice: Dice,
  untilMs: number,
): OperationStep[] {
  const cutAfterMs = dice.chance(CUT_SHARE) ? Math.round(dice.between(CUT_MS)) : null;
  if (kind === 'drop-data') {
    const words = ['shard', '1'];
    return [{ type: 'operation', at, verb: 'scale', words, cutAfterMs: null, mustBeRefused: true }];
  }
  const words = wordsOf(kind, menu, dice);
  const step = { type: 'operation', at, verb: kind, words, cutAfterMs, mustBeRefused: false } as const;
  // Emptying the cache is one command of Redis: there is nothing to cut short.
  if (kind === 'flush') return [{ ...step, cutAfterMs: null }];
  if (kind !== 'cut') return [step];
  const mendAt = Math.min(untilMs, at + Math.round(dice.between({ least: 2000, most: 10_000 })));
  return [step, { ...step, at: mendAt, verb: 'mend', words: [] }];
}

function wordsOf(kind: OperationKind, menu: Menu, dice: Dice): string[] {
  if (kind === 'purge') return ['all'];
  if (kind === 'reshard') {
    const least = Math.max(2, menu.shards - 1);
    return ['--to', String(Math.round(dice.between({ least, most: MAX_INSTANCES })))];
  }
  if (kind !== 'scale') return [];
  const { service, count } = dice.choose(menu.scalable);
  const most = Math.min(MAX_INSTANCES, count + 2);
  return [service, String(Math.round(dice.between({ least: Math.max(1, count - 1), most })))];
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}
