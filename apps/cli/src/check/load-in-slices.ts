import { type Run, runLoad, type SideRun } from '../measure/run.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Role, type Running, scenarioOf } from './contender.ts';

/** How much load each contender gets: requests per second, or users who ask again at once. */
export type Amounts = Readonly<Partial<Record<Role, number>>>;

export interface Load {
  readonly scenario: string;
  readonly mode: 'open' | 'closed';
  readonly amounts: Amounts;
  /** Seconds of a contender's own slices, not counted. */
  readonly lead: number;
  /** Seconds of a contender's own slices that count. */
  readonly duration: number;
  /** Seconds. */
  readonly slice: number;
  readonly signal: AbortSignal;
}

export interface Loaded {
  readonly sides: Readonly<Partial<Record<Role, SideRun>>>;
  readonly why: readonly string[];
}

const SLO_MS = 200;
/**
 * Of the requests that come while a machine stands still; half of that time is the others'. Virtual processors were seen to
 * stand still for 0.45 s, with every box that waited for one.
 */
const STANDSTILL_SECONDS = 0.4;

/**
 * Loads the contenders by turns from one k6, in slices of a second or less. Neither competes with the other for a
 * processor, and yet a machine that is slower for a while is so for both: side by side, two equal versions lay a tenth
 * apart, by who came up first and by whom the kernel put where. Neither rests for long, so both are compiled equally far.
 * Two are best: with three the ratio of two of them moves 1.7 times as much for the same seconds, with five 2.5 times.
 */
export async function loadInSlices(
  runtime: Runtime,
  running: readonly Running[],
  load: Load,
): Promise<Loaded> {
  const of = running.length;
  const run: Run = await runLoad(runtime, {
    scenario: load.scenario,
    mode: load.mode,
    sides: running.map((contender, own) => ({
      side: sideAt(own),
      state: contender.state,
      scenario: scenarioOf(contender, load.scenario),
      slices: { of, own, seconds: load.slice },
      ...amountOf(load, contender),
    })),
    lead: load.lead * of,
    duration: load.duration * of,
    step: 1,
    sloMs: SLO_MS,
    signal: load.signal,
  });
  const sides = running.flatMap(({ role }, own) => {
    const side = run.sides[sideAt(own)];
    return side === undefined ? [] : [[role, side] as const];
  });
  return { sides: Object.fromEntries(sides), why: run.why };
}

/** Named after the place, not the role: nothing but the version differs between two of them. */
function sideAt(place: number): string {
  return `side_${place}`;
}

function amountOf({ mode, amounts }: Load, { role }: Running): { rate?: number; vus?: number } {
  const amount = amounts[role] ?? 0;
  // In the open model a user for each request that may be waiting. Not more: each is a JavaScript machine of its own, and
  // a thousand of them make k6 unsteady, and with it what the boxes beside it pay for a request.
  return mode === 'open'
    ? { rate: amount, vus: 10 + Math.ceil(amount * STANDSTILL_SECONDS) }
    : { vus: amount };
}
