import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type Provenance, provenance } from './provenance.ts';
import { type Run, runLoad } from './run.ts';
import { saturated, type Tier } from './saturation.ts';
import { withinSlo, wrongAnswers } from './summary.ts';
import { ERROR_LIMIT } from './validity.ts';
import { warmUp } from './warm-up.ts';

export interface Probe {
  readonly rate: number;
  /** Share of the requests that were right and within the SLO. */
  readonly within: number;
  readonly holds: boolean;
  readonly p95Ms: number | null;
}

export interface Capacity {
  readonly stage: number;
  readonly scenario: string;
  /** Highest arrival rate that held, per second; null: not even the lowest did. */
  readonly holdsAt: number | null;
  /** Lowest rate seen to break; null: none did. */
  readonly breaksAt: number | null;
  readonly sloMs: number;
  /** What a closed loop completed per second at saturation: where the search began. */
  readonly closedLoop: number;
  readonly probes: readonly Probe[];
  readonly saturated: Tier | null;
  readonly why: readonly string[];
  readonly provenance: Provenance;
}

/** Half a per cent either way changes nothing worth 7 s. */
const PROBES = 5;
const SLO_SHARE = 0.95;

/**
 * The next rate to try, between the highest that held and the lowest that broke (their middle on a scale of ratios,
 * for the knee is sharp and its place known only roughly).
 */
export function nextRate(start: number, holds: number | null, breaks: number | null): number {
  if (holds === null && breaks === null) return start * 0.9;
  if (holds === null) return (breaks ?? start) * 0.75;
  if (breaks === null) return holds * 1.12;
  return Math.sqrt(holds * breaks);
}

export interface CapacityRequest {
  readonly scenario: string;
  readonly sloMs: number;
  readonly signal: AbortSignal;
  readonly onProbe?: (probe: Probe) => void;
}

/** Bisects the arrival rate (open model) around what a closed loop reaches. About 40 s. */
export async function capacity(
  runtime: Runtime,
  state: StackState,
  request: CapacityRequest,
): Promise<Capacity> {
  const startedAt = new Date();
  await warmUp(runtime, state, request);
  const base = { ...request, sides: [{ side: 'this', state }], lead: 1.5, duration: 5, step: 5 };
  const saturating = await runLoad(runtime, { ...base, mode: 'closed', vus: 24 });
  const why = saturating.why.filter((reason) => !reason.includes('dropped'));
  const closedLoop = saturating.sides.this?.rps ?? 0;
  const probes: Probe[] = [];
  let holds: number | null = null;
  let breaks: number | null = null;
  while (probes.length < PROBES && closedLoop > 0 && why.length === 0) {
    const rate = nextRate(closedLoop, holds, breaks);
    const probe = judge(rate, await runLoad(runtime, { ...base, mode: 'open', rate }));
    probes.push(probe);
    request.onProbe?.(probe);
    if (probe.holds) holds = Math.max(holds ?? 0, rate);
    else breaks = Math.min(breaks ?? Number.POSITIVE_INFINITY, rate);
  }
  return {
    stage: state.stage,
    scenario: request.scenario,
    holdsAt: holds,
    breaksAt: breaks,
    sloMs: request.sloMs,
    closedLoop,
    probes,
    saturated: saturated(saturating.sides.this?.loads ?? []),
    why,
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario: request.scenario,
      load: 'rising and falling',
      durationSeconds: (PROBES + 1) * 5,
      startedAt,
    }),
  };
}

/** A rate holds when 95 % of what was due is right and in time, and fewer than one in a thousand answers is wrong. */
function judge(rate: number, run: Run): Probe {
  const summary = run.sides.this?.summary;
  if (summary === undefined) throw new Error('the run has no side "this"');
  const within = withinSlo(summary);
  const errors = summary.requests === 0 ? 1 : wrongAnswers(summary) / summary.requests;
  const holds = within >= SLO_SHARE && errors < ERROR_LIMIT && summary.dropped === 0;
  return { rate, within, holds, p95Ms: summary.latency?.p95Ms ?? null };
}
