import { setTimeout as sleep } from 'node:timers/promises';
import type { SideRun } from '../measure/run.ts';
import { busiest } from '../measure/saturation.ts';
import { findScenario } from '../measure/scenarios.ts';
import { limiterReasons } from '../measure/validity.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Contender, Role, Running } from './contender.ts';
import { type Amounts, type Load, type Loaded, loadInSlices } from './load-in-slices.ts';
import { bootAll, downAll, limitAll } from './stacks.ts';

/** What all boots of a check have in common, found once: CPU per request depends on the rate, so it must not move. */
export interface Amount {
  /** Requests per second, without quotas: each box with something to do, none full. */
  readonly rates: Amounts;
  /** Users that keep the bottleneck busy, with quotas. */
  readonly users: Amounts;
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
/** Of a contender's own slices, seconds. What is counted comes when both are compiled about as far. */
const WARM_UP = { lead: 0, duration: 2, slice: 0.2 };
/** How much they can do. Part of every boot, asked for or not: where it is left out, all is less compiled afterwards. */
const PILOT = { lead: 0.6, duration: 1, slice: 0.2 };
const AT_RATE = { lead: 3, duration: 5, slice: 0.2 };
/** Seconds that count at the fixed rate, in each boot. */
export const MEASURED_SECONDS = AT_RATE.duration;
/** Longer slices: the first answers of one come while the queue is short. */
const AT_LIMIT = { lead: 1, duration: 2, slice: 1 };
/** For provenance. */
export const BY_TURNS = `by turns in slices of ${AT_RATE.slice} s, without quotas; at the limit with quotas, in slices of ${AT_LIMIT.slice} s`;
const WARM_UP_USERS = 8;
/** Of what it can do: the boxes have something to do, and a moment's standstill is soon made up for. */
const SHARE_OF_CAPACITY = 0.5;
/** Users whose waiting keeps a box busy without a long queue: its capacity × this many seconds. */
const SECONDS_OF_WORK = 0.06;
const SETTLE_MS = 1000;

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
    const load = async (
      on: readonly Running[],
      how: Omit<Load, 'scenario' | 'signal'> & { scenario?: string },
    ): Promise<Loaded> => await loadInSlices(runtime, on, { scenario, signal, ...how });
    const eight = amountsOf(booted, () => WARM_UP_USERS);
    onProgress('warm-up');
    // Purchases where tickets are mailed: few in a mix and the dearest of all, they would be measured half compiled.
    const first = findScenario(scenario).mailsTickets ? 'buy' : scenario;
    await load(booted, { ...WARM_UP, scenario: first, mode: 'closed', amounts: eight });
    const pilot = await load(booted, { ...PILOT, mode: 'closed', amounts: eight });
    const rates = request.amount?.rates ?? ratesFrom(booted, pilot);
    onProgress(`at ${rates.this?.toFixed(0)}/s, ${AT_RATE.lead + AT_RATE.duration} s each`);
    const atRate = await load(booted, { ...AT_RATE, mode: 'open', amounts: rates });
    const running = await limitAll(runtime, booted);
    await sleep(SETTLE_MS, undefined, { signal });
    const users = request.amount?.users ?? usersFrom(running, atRate);
    onProgress(`at the limit, ${AT_LIMIT.lead + AT_LIMIT.duration} s each`);
    const atLimit = await load(running, { ...AT_LIMIT, mode: 'closed', amounts: users });
    const limiter = running[0]?.state.limiter ?? 'none';
    const figures: BootFigures = {
      sides: sidesOf(running, atRate, atLimit),
      places: running.map(({ role }) => role),
      why: [...limiterReasons(limiter), ...atRate.why, ...atLimit.why],
      seconds: (performance.now() - clock) / 1000,
    };
    return { figures, amount: { rates, users }, running };
  } finally {
    await downAll(runtime, contenders);
  }
}

/** Whoever is slowest decides: a rate that one of them cannot take would measure its queue. */
function ratesFrom(running: readonly Running[], { sides }: Loaded): Amounts {
  const slowest = sharedBy(running, ({ role }) => sides[role]?.rps ?? 0, Math.min);
  return amountsOf(running, (one) => Math.max(1, SHARE_OF_CAPACITY * slowest(one)));
}

/** From what a request takes of the box whose quota is used up first. */
function usersFrom(running: readonly Running[], { sides }: Loaded): Amounts {
  const capacity = ({ role, state }: Running): number => {
    const perRequest = sides[role]?.cpuMicrosPerRequest ?? {};
    const limits = state.boxes.flatMap(({ name, cpus }) =>
      cpus === null || !perRequest[name] ? [] : [(cpus * 1e6) / perRequest[name]],
    );
    // Without quotas: whatever it is asked.
    return limits.length > 0 ? Math.min(...limits) : (sides[role]?.rps ?? 0);
  };
  const fastest = sharedBy(running, capacity, Math.max);
  return amountsOf(running, (one) => Math.max(2, Math.ceil(fastest(one) * SECONDS_OF_WORK)));
}

/** Those who play the same scenario get the same; the reference has one of its own. */
function sharedBy(
  running: readonly Running[],
  capacity: (one: Running) => number,
  chosen: (...capacities: number[]) => number,
): (one: Running) => number {
  const shop = chosen(...running.filter(({ role }) => role !== 'reference').map(capacity));
  return (one) => (one.role === 'reference' ? capacity(one) : shop);
}

function amountsOf(running: readonly Running[], of: (one: Running) => number): Amounts {
  return Object.fromEntries(running.map((one) => [one.role, of(one)]));
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
