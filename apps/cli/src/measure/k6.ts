import { mkdir } from 'node:fs/promises';
import type { Target } from '../../../../loadtests/lib/target.ts';
import { Failure } from '../failure.ts';
import { HISTORY } from '../history/read-history.ts';
import type { Runtime, StackId } from '../runtime/runtime.ts';
import { readSummary, type Summary } from './summary.ts';

/** The load of a run. Seconds and requests per second. */
export interface LoadPlan {
  readonly scenario: string;
  /** `open`: arrivals at `rate`; `closed`: `vus` users who ask again as soon as they are answered. */
  readonly mode: 'open' | 'closed';
  readonly targets: readonly Target[];
  readonly rate?: number;
  readonly vus?: number;
  /** Not counted, at the start. */
  readonly lead: number;
  readonly duration: number;
  /** Width of the steps that completions are counted in. */
  readonly step: number;
  readonly sloMs: number;
  /** Addresses k6 sends from (CIDR), for load from a region. */
  readonly localIps?: string;
  /** Every answer is written down with its moment. */
  readonly timeline?: boolean;
}

export interface LoadPlace {
  /** Whose load box runs k6. */
  readonly id: StackId;
  readonly results: string;
  readonly run: string;
  readonly core?: number;
  readonly hostNetwork?: boolean;
  /** Other stacks that are loaded, too. */
  readonly others?: readonly StackId[];
  readonly signal: AbortSignal;
  /** Ends the load before its time; what came until then counts. */
  readonly enough?: AbortSignal;
  /** Called once k6 runs, with its REST API if that can be reached, and the folder it writes into. */
  readonly onStart?: (api: string | null, results: string) => void;
}

export interface LoadOutcome {
  readonly summary: Summary;
  /** k6's own CPU time over the time it ran: 1 is a whole core. null: the runtime cannot tell. */
  readonly k6Cores: number | null;
}

/** k6's status when a signal ended it: the summary is written all the same. */
const ENDED_BY_SIGNAL = 105;

/** k6's arguments after `run` for a scenario. */
function k6Arguments(plan: LoadPlan): string[] {
  return [
    '--quiet',
    '--no-color',
    // What the scripts log are JSON lines for `verify`: as they are, into a file.
    '--log-format',
    'raw',
    '--console-output',
    `$RESULTS/${HISTORY}`,
    ...(plan.localIps === undefined ? [] : ['--local-ips', plan.localIps]),
    // A script plays one scenario, but for that which plays each target's own.
    plan.targets.some(({ scenario }) => scenario !== undefined) ? 'lib/beside.ts' : `${plan.scenario}.ts`,
  ];
}

/**
 * How much a Go program's heap may grow before it is cleaned, in percent. k6's own 100 spends a sixth of its CPU on that,
 * which the boxes that are measured then lack.
 */
const HEAP_GROWTH = '400';

/** The settings of loadtests/lib/settings.ts, and Go's. */
function k6Environment(plan: LoadPlan, run: string): Record<string, string> {
  return {
    TARGETS: JSON.stringify(plan.targets),
    MODE: plan.mode,
    ...(plan.rate === undefined ? {} : { RATE: String(plan.rate) }),
    ...(plan.vus === undefined ? {} : { VUS: String(plan.vus) }),
    LEAD: String(plan.lead),
    DURATION: String(plan.duration),
    STEP: String(plan.step),
    SLO: String(plan.sloMs),
    RUN: run,
    GOGC: HEAP_GROWTH,
    ...(plan.timeline ? { TIMELINE: 'on' } : {}),
  };
}

/** Runs k6 to its end. @throws Failure with k6's own last words when it could not run or was stopped. */
export async function runK6(runtime: Runtime, plan: LoadPlan, place: LoadPlace): Promise<LoadOutcome> {
  await mkdir(place.results, { recursive: true });
  // Set-up, virtual users, the last answers: more than a minute beside the load itself, and k6 hangs.
  const limit = AbortSignal.timeout((plan.lead + plan.duration + 60) * 1000);
  const signal = AbortSignal.any([
    place.signal,
    limit,
    ...(place.enough === undefined ? [] : [place.enough]),
  ]);
  const started = performance.now();
  const process = await runtime.load(place.id, {
    args: k6Arguments(plan),
    results: place.results,
    environment: k6Environment(plan, place.run),
    ...(place.core === undefined ? {} : { core: place.core }),
    ...(place.hostNetwork === undefined ? {} : { hostNetwork: place.hostNetwork }),
    ...(place.others === undefined ? {} : { others: place.others }),
    signal,
  });
  place.onStart?.(process.api, place.results);
  const { code, stderr, cpuMicros } = await process.done;
  const micros = (performance.now() - started) * 1000;
  place.signal.throwIfAborted();
  const endedEarly = place.enough?.aborted === true && code === ENDED_BY_SIGNAL;
  if (code !== 0 && !endedEarly) {
    const words = stderr.trim().split('\n').slice(-5).join('\n');
    throw new Failure(limit.aborted ? 'k6 did not end and was stopped.' : `k6 ended with status ${code}.`, {
      where: words || `no message; its results are in ${place.results}`,
      next: 'See whether the stack answers: `pnpm stage N ps`, `pnpm stage N logs`.',
    });
  }
  return {
    summary: await readSummary(place.results),
    k6Cores: cpuMicros === null ? null : cpuMicros / micros,
  };
}
