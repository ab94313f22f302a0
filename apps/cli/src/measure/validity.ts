import type { Limiter, StackState } from '../runtime/runtime.ts';
import type { BoxLoad, Tier } from './saturation.ts';
import { busiest } from './saturation.ts';
import { type SideSummary, wrongAnswers } from './summary.ts';

/** Errors a valid run may have: fewer than one in a thousand. */
export const ERROR_LIMIT = 0.001;
/** Above this share of a core k6 itself may be late. */
const K6_LIMIT = 0.9;
/** A side counts as saturated for a comparison from this share of its bottleneck's quota on. */
export const COMPARE_SATURATED = 0.97;
/** A box that used more of its quota was not held to it: the supervisor, which stops boxes itself, came too late. */
const OVERDRAWN = 1.05;

export interface SideFacts {
  /** For messages: `stage 4`. */
  readonly name: string;
  readonly summary: SideSummary;
  readonly loads: readonly BoxLoad[];
  readonly before: StackState;
  readonly after: StackState | null;
}

/**
 * Why a run says nothing; empty: it is valid. In a run that was `disturbed` on purpose, boxes are killed and wrong
 * answers are what is being looked for: neither makes it void.
 */
export function voidReasons(
  sides: readonly SideFacts[],
  k6Cores: number | null,
  disturbed = false,
): string[] {
  const reasons = sides.flatMap(({ name, summary, loads, before, after }) => [
    ...(summary.startedAt === null || summary.requests === 0 ? [`${name} answered nothing`] : []),
    ...(summary.soldOut > 0 ? [`${name} ran out of seats`] : []),
    ...(summary.dropped > 0
      ? [`k6 dropped ${summary.dropped} iterations meant for ${name}: it answered too slowly`]
      : []),
    ...(before.limiter === 'stop-and-go' ? overdrawn(name, loads) : []),
    ...(disturbed ? [] : [...wrong(name, summary), ...restarts(name, before, after)]),
  ]);
  if (k6Cores !== null && k6Cores > K6_LIMIT) {
    reasons.push(`the load generator was starved: k6 used ${k6Cores.toFixed(2)} of a core`);
  }
  return reasons;
}

function overdrawn(name: string, loads: readonly BoxLoad[]): string[] {
  return loads
    .filter(({ share }) => share !== null && share > OVERDRAWN)
    .map(
      ({ box, share }) =>
        `${name}: the limiter could not keep up: ${box} used ${percent(share ?? 0)} of its quota`,
    );
}

function wrong(name: string, summary: SideSummary): string[] {
  const count = wrongAnswers(summary);
  if (summary.requests === 0 || count / summary.requests < ERROR_LIMIT) return [];
  const { transport, status, shape } = summary.wrong;
  return [
    `${name}: ${count} of ${summary.requests} answers were wrong (${transport} none at all, ${status} status, ${shape} content)`,
  ];
}

function restarts(name: string, before: StackState, after: StackState | null): string[] {
  if (after === null) return [`${name} went away during the run`];
  return before.boxes.flatMap((box) => {
    if (box.kind === 'load') return [];
    const now = after.boxes.find((candidate) => candidate.name === box.name);
    // A process id may be unknown for a moment; the count of restarts never is.
    const samePid = now?.pid == null || box.pid === null || now.pid === box.pid;
    const same = now !== undefined && now.restarts === box.restarts && samePid;
    return same ? [] : [`${name}: box ${box.name} was restarted, killed or removed during the run`];
  });
}

/** A gain of boxes with quotas means nothing when nothing enforces them. */
export function limiterReasons(limiter: Limiter): string[] {
  return limiter === 'none' ? ['no limiter: nothing enforces the CPU quotas on this machine'] : [];
}

/** A ratio of capacities needs both sides at theirs. */
export function saturationReasons(name: string, loads: readonly BoxLoad[]): string[] {
  const top: Tier | null = busiest(loads);
  if (top === null || top.share >= COMPARE_SATURATED) return [];
  return [
    `${name} was not at its limit: its busiest box, ${top.name}, used ${percent(top.share)} of its quota`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
