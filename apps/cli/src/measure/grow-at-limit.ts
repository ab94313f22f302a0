import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { place } from './placement.ts';
import { runLoad, type SideRun } from './run.ts';
import { busiest } from './saturation.ts';
import { findScenario } from './scenarios.ts';
import { betterUsers, P95_LIMIT_MS, usersFor } from './users-at-limit.ts';
import { saturationReasons } from './validity.ts';

/** One way to have more database. */
export interface Grown {
  /** So many boxes of such a size take the writes. */
  readonly boxes: number;
  readonly coresEach: number;
  /** Writes per second at the limit. */
  readonly rps: number;
  /** As a multiple of one box of the ordinary size. */
  readonly ratio: number;
  readonly p95Ms: number | null;
  readonly saturated: string | null;
  readonly saturatedShare: number | null;
  /** What a thousand writes cost: seconds of a core that were paid for in the boxes that take them. */
  readonly coreSecondsPer1000: number;
  /** Why the figure says nothing; empty: it is valid. */
  readonly why: readonly string[];
}

export interface GrowRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** The boxes that take the writes, and what they are given. */
export interface Databases {
  readonly service: string;
  /** Of the quota that the file gives each. */
  readonly size: number;
  readonly scenario: string;
}

export const SECONDS = { lead: 2, pilot: 4, measure: 12 };
const FIRST_USERS = 8;
/** So often at most. */
const TRIES = 4;
/** After a quota came on: what was done without it is over. */
const SETTLE_MS = 1000;

/** Warms a stack up without quotas, and sets them. Returns its state with them. */
export async function warm(
  runtime: Runtime,
  booted: StackState,
  scenario: string,
  signal: AbortSignal,
): Promise<StackState> {
  const duration = findScenario(scenario).warmUpSeconds;
  await run(runtime, booted, { scenario, users: FIRST_USERS, lead: 0, duration, signal });
  await runtime.limit(booted, 'all', 'file');
  return await now(runtime, booted);
}

/** The boxes of a service at so many times their quota, under as many users as keep them busy. */
export async function atLimit(
  runtime: Runtime,
  warmed: StackState,
  { service, size, scenario }: Databases,
  { signal, onProgress }: GrowRequest,
): Promise<Grown> {
  const boxes = warmed.boxes.filter((box) => box.service === service);
  const cores = size * (boxes[0]?.cpus ?? 0);
  for (const box of boxes) await runtime.limit(warmed, box.name, cores);
  const state = await now(runtime, warmed);
  await place(runtime, [state], (_, box) => box.cpus ?? 0);
  await sleep(SETTLE_MS, undefined, { signal });
  const name = `${boxes.length} × ${cores.toFixed(3)} cores`;
  const pilot = await run(runtime, state, {
    scenario,
    users: FIRST_USERS * boxes.length * size,
    lead: 1,
    duration: SECONDS.pilot,
    signal,
  });
  let users = usersFor(pilot.side.rps);
  for (let tries = 1; ; tries += 1) {
    onProgress(`${name}, ${users} users, ${SECONDS.measure} s`);
    const seconds = { lead: SECONDS.lead, duration: SECONDS.measure };
    const { side, why } = await run(runtime, state, { scenario, users, ...seconds, signal });
    const grown = grownOf(side, { boxes: boxes.length, coresEach: cores });
    const { p95Ms, saturatedShare, rps } = grown;
    // Nothing was answered: no number of users is the right one.
    const other = p95Ms === null ? users : betterUsers({ users, rps, p95Ms, share: saturatedShare ?? 1 });
    if (other !== users && tries < TRIES) {
      users = other;
      continue;
    }
    const late = p95Ms === null || p95Ms > P95_LIMIT_MS;
    const overloaded = late ? [`${name}: overloaded, P95 ${p95Ms?.toFixed(0) ?? '–'} ms`] : [];
    return { ...grown, why: [...why, ...saturationReasons(name, side.loads), ...overloaded] };
  }
}

function grownOf(
  { rps, summary, loads }: SideRun,
  { boxes, coresEach }: { readonly boxes: number; readonly coresEach: number },
): Omit<Grown, 'why'> {
  const top = busiest(loads);
  return {
    boxes,
    coresEach,
    rps,
    ratio: 1,
    p95Ms: summary.latency?.p95Ms ?? null,
    saturated: top?.name ?? null,
    saturatedShare: top?.share ?? null,
    coreSecondsPer1000: rps === 0 ? Number.POSITIVE_INFINITY : (boxes * coresEach * 1000) / rps,
  };
}

async function now(runtime: Runtime, id: StackState): Promise<StackState> {
  const state = await runtime.state(id);
  if (state === null) throw new Error(`stage ${id.stage} went away while it was measured`);
  return state;
}

async function run(
  runtime: Runtime,
  state: StackState,
  plan: { scenario: string; users: number; lead: number; duration: number; signal: AbortSignal },
): Promise<{ readonly side: SideRun; readonly why: readonly string[] }> {
  const { users, ...load } = plan;
  const { sides, why } = await runLoad(runtime, {
    ...load,
    mode: 'closed',
    step: 1,
    sloMs: P95_LIMIT_MS,
    sides: [{ side: 'this', state, vus: users }],
  });
  const side = sides.this;
  if (side === undefined) throw new Error('the run has no side');
  return { side, why };
}
