import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Placement, place } from '../measure/placement.ts';
import type { SideRun } from '../measure/run.ts';
import { busiest } from '../measure/saturation.ts';
import { findScenario } from '../measure/scenarios.ts';
import { limiterReasons } from '../measure/validity.ts';
import { type WarmUpRun, warmUpRuns } from '../measure/warm-up.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Contender, type Role, type Running, scenarioOf } from './contender.ts';
import { type Amounts, type Load, type Loaded, loadAll } from './load-all.ts';
import { bootAll, downAll, limitAll } from './stacks.ts';

/** What all boots of a check have in common, found once: CPU per request depends on the rate, so it must not move. */
export interface Amount {
  /** Requests per second: each box with something to do, none full. */
  readonly rates: Amounts;
  /** Users that keep the bottleneck busy. */
  readonly users: Amounts;
  readonly inTurn: boolean;
}

export interface SideFigures {
  /** CPU of all boxes that run the shop's own code, microseconds per request at the fixed rate. */
  readonly appMicros: number;
  /** The same of each box. */
  readonly cpuMicrosPerRequest: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Answers per second at the limit. */
  readonly rps: number;
  /** The fullest box at the limit. */
  readonly saturated: { readonly box: string; readonly share: number } | null;
}

export interface BootFigures {
  readonly sides: Readonly<Partial<Record<Role, SideFigures>>>;
  /** Who was in which place. */
  readonly places: readonly Role[];
  readonly placement: Placement['kind'];
  readonly why: readonly string[];
  readonly seconds: number;
}

export interface BootRequest {
  readonly scenario: string;
  /** In the order of their places. */
  readonly contenders: readonly Contender[];
  readonly amount?: Amount;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** Kinds of box whose CPU is that of the shop's own code. */
const OWN_KINDS: ReadonlySet<string> = new Set(['app', 'single', 'worker', 'relay']);
const WARM_UP_USERS = 8;
/** Of a scenario's seconds: each has the machine to itself meanwhile. */
const WARM_UP_SHARE = 0.6;
const WARM_UP_TURNS = 2;
/** In each turn: its few lines are compiled soon. */
const REFERENCE_SECONDS = 2;
const FIRST_GUESS = 8;
/** Of what it can do: the boxes have something to do and nothing queues. */
const SHARE_OF_CAPACITY = 0.65;
/** Users whose waiting keeps a box busy without a long queue: its capacity × this many seconds. */
const SECONDS_OF_WORK = 0.06;
/** Above this share of the machine's cores, contenders at their limit are measured one after the other. */
const CROWDED = 0.75;
const SETTLE_MS = 1000;
const PILOT = { lead: 1, duration: 3 };
const AT_RATE = { lead: 2, duration: 10 };
const AT_LIMIT = { lead: 1, duration: 6 };

/** Boots all contenders, measures them and takes them down. `amount`: what the boots after this one are to get. */
export async function measureBoot(
  runtime: Runtime,
  request: BootRequest,
): Promise<{ figures: BootFigures; amount: Amount; running: readonly Running[] }> {
  const clock = performance.now();
  const { scenario, contenders, signal, onProgress } = request;
  try {
    onProgress(`${contenders.map(({ role }) => role).join(', ')} come up`);
    const booted = await bootAll(runtime, contenders, { scenario, signal });
    const base = { scenario, core: undefined, signal, inTurn: false };
    await warmUp(runtime, booted, base, onProgress);
    const running = await limitAll(runtime, booted);
    await sleep(SETTLE_MS, undefined, { signal });
    const amount = request.amount ?? (await findAmount(runtime, running, base, onProgress));
    const { inTurn } = amount;
    const placement = await settle(runtime, running, inTurn);
    const common = { ...base, inTurn, core: placement.core };
    onProgress(
      `at ${amount.rates.this?.toFixed(0)}/s, ${AT_RATE.duration} s${inTurn ? ' each, in turn' : ''}`,
    );
    const atRate = await loadAll(runtime, running, {
      ...common,
      ...AT_RATE,
      mode: 'open',
      amounts: amount.rates,
    });
    onProgress(`at the limit, ${AT_LIMIT.duration} s`);
    const atLimit = await loadAll(runtime, running, {
      ...common,
      ...AT_LIMIT,
      mode: 'closed',
      amounts: amount.users,
    });
    const limiter = running[0]?.state.limiter ?? 'none';
    const figures: BootFigures = {
      sides: sidesOf(running, atRate, atLimit),
      places: running.map(({ role }) => role),
      placement: placement.kind,
      why: [...limiterReasons(limiter), ...atRate.why, ...atLimit.why],
      seconds: (performance.now() - clock) / 1000,
    };
    return { figures, amount, running };
  } finally {
    await downAll(runtime, contenders);
  }
}

type Base = Pick<Load, 'scenario' | 'core' | 'signal' | 'inTurn'>;

/**
 * One after the other, so that each has served as many requests: V8 compiles by count, and side by side whoever k6 asks
 * first got twice as many, and cost a tenth less from then on. In several turns, so that none of them rests for long.
 */
async function warmUp(
  runtime: Runtime,
  running: readonly Running[],
  base: Base,
  onProgress: (what: string) => void,
): Promise<void> {
  onProgress('warm-up without quotas, in turn');
  for (let turn = 0; turn < WARM_UP_TURNS; turn += 1)
    for (const one of running)
      for (const run of warmUpOf(one, base.scenario, turn))
        await loadAll(runtime, [one], {
          ...base,
          ...run,
          mode: 'closed',
          amounts: amountsOf([one], () => WARM_UP_USERS),
          lead: 0,
        });
}

/** Purchases, the dearest and slowest to be compiled, have the first turn. */
function warmUpOf(one: Running, scenario: string, turn: number): readonly WarmUpRun[] {
  const own = scenarioOf(one, scenario);
  if (one.role === 'reference') return [{ scenario: own, duration: REFERENCE_SECONDS }];
  const seconds = Math.ceil((WARM_UP_SHARE * findScenario(own).warmUpSeconds) / WARM_UP_TURNS);
  const runs = warmUpRuns(own, WARM_UP_TURNS * seconds);
  const run = runs[turn] ?? { scenario: own, duration: seconds };
  return [{ ...run, duration: seconds }];
}

/** What each can do, by two short looks: the first seconds under a quota are slow. */
async function findAmount(
  runtime: Runtime,
  running: readonly Running[],
  base: Base,
  onProgress: (what: string) => void,
): Promise<Amount> {
  onProgress('quotas on; how much do they take?');
  const look = async (amounts: Amounts): Promise<Loaded> =>
    await loadAll(runtime, running, { ...base, ...PILOT, mode: 'closed', amounts });
  const first = await look(amountsOf(running, () => FIRST_GUESS));
  const usersFor = (loaded: Loaded) => (role: Role) =>
    Math.max(2, Math.ceil((loaded.sides[role]?.rps ?? 0) * SECONDS_OF_WORK));
  const second = await look(amountsOf(running, usersFor(first)));
  const used = running.reduce((sum, { role }) => sum + coresOf(second.sides[role]), 0);
  // The versions get the same: whichever is slower decides.
  const versions = running.filter(({ role }) => role === 'this' || role === 'other');
  const least = Math.min(...versions.map(({ role }) => second.sides[role]?.rps ?? 0));
  const rateOf = (role: Role) =>
    Math.max(
      1,
      SHARE_OF_CAPACITY * (role === 'other' || role === 'this' ? least : (second.sides[role]?.rps ?? 0)),
    );
  const users = amountsOf(running, usersFor(second));
  const same = users.this ?? 2;
  return {
    rates: amountsOf(running, rateOf),
    users: { ...users, ...(users.other === undefined ? {} : { other: same }) },
    inTurn: used > CROWDED * availableParallelism(),
  };
}

function amountsOf(running: readonly Running[], of: (role: Role) => number): Amounts {
  return Object.fromEntries(running.map(({ role }) => [role, of(role)]));
}

async function settle(runtime: Runtime, running: readonly Running[], inTurn: boolean): Promise<Placement> {
  const states = running.map(({ state }) => state);
  const share = (_: unknown, box: { cpus: number | null }): number => box.cpus ?? 0;
  if (!inTurn) return await place(runtime, states, share);
  const placed = [];
  for (const state of states) placed.push(await place(runtime, [state], share));
  return placed[0] ?? { kind: 'free' };
}

function sidesOf(running: readonly Running[], atRate: Loaded, atLimit: Loaded): BootFigures['sides'] {
  return Object.fromEntries(
    running.map(({ role }) => {
      const [rate, limit] = [atRate.sides[role], atLimit.sides[role]];
      if (rate === undefined || limit === undefined) throw new Error(`the run has no side ${role}`);
      return [role, figuresOf(rate, limit)];
    }),
  );
}

function figuresOf(rate: SideRun, limit: SideRun): SideFigures {
  const own = rate.loads.filter(({ kind }) => OWN_KINDS.has(kind));
  const micros = own.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
  const top = busiest(limit.loads);
  return {
    appMicros: micros / Math.max(1, rate.summary.requests),
    cpuMicrosPerRequest: rate.cpuMicrosPerRequest,
    p50Ms: rate.summary.latency?.p50Ms ?? 0,
    p95Ms: rate.summary.latency?.p95Ms ?? 0,
    rps: limit.rps,
    saturated: top === null ? null : { box: top.name, share: top.share },
  };
}

function coresOf(side: SideRun | undefined): number {
  return side?.loads.reduce((sum, { cores }) => sum + cores, 0) ?? 0;
}
