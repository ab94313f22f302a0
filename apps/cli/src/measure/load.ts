import type { Box, Runtime, StackState } from '../runtime/runtime.ts';
import { type CacheUse, cacheCounts, cacheUse, hasCache } from './cache-use.ts';
import { type Provenance, provenance } from './provenance.ts';
import { type Run, runLoad, type SideRun } from './run.ts';
import { saturated, type Tier } from './saturation.ts';
import { withinSlo } from './summary.ts';
import { warmUp } from './warm-up.ts';

export interface LoadRequest {
  readonly scenario: string;
  /** Requests per second (open model), or users (closed): one of the two. */
  readonly rate?: number;
  readonly vus?: number;
  readonly duration: number;
  readonly sloMs: number;
  readonly through: 'entry' | 'site';
  /** Box that the load goes to, if not the stage's entry: the edge of another region, the link. */
  readonly at?: Box;
  readonly localIps?: string;
  readonly signal: AbortSignal;
  /** Boxes are killed or reloaded meanwhile, on purpose: wrong answers are counted, latencies stand for nothing. */
  readonly disturbed?: boolean;
  /** Measure the boxes as they are, without warming them up first. */
  readonly cold?: boolean;
  readonly onWarmUp?: () => void;
  readonly onStart?: (api: string | null) => void;
}

export interface LoadResult {
  readonly stage: number;
  readonly run: Run;
  readonly side: SideRun;
  readonly saturated: Tier | null;
  /** Share of the requests that were right and within the SLO. */
  readonly withinSlo: number;
  readonly sloMs: number;
  /** What the cache did; null where the stage has none. */
  readonly cache: CacheUse | null;
  /** CPU of all databases together, per request. */
  readonly databaseMicrosPerRequest: number;
  readonly provenance: Provenance;
}

/** One run against a running stack, at a rate or with a number of users. */
export async function load(runtime: Runtime, state: StackState, request: LoadRequest): Promise<LoadResult> {
  const url = request.at === undefined ? undefined : `http://${request.at.address}:8080`;
  const side = { side: 'this', state, ...(url === undefined ? {} : { url }) };
  if (!request.cold) await warmUp(runtime, state, { ...request, ...(url === undefined ? {} : { url }) });
  const before = hasCache(state) ? await cacheCounts(runtime, state) : null;
  const run = await runLoad(runtime, {
    ...request,
    mode: request.vus === undefined ? 'open' : 'closed',
    sides: [side],
    lead: 1.5,
    step: Math.max(5, Math.ceil(request.duration / 60)),
  });
  const measured = run.sides.this;
  if (measured === undefined) throw new Error('the run has no side "this"');
  const cache = before === null ? null : cacheUse(before, await cacheCounts(runtime, state));
  return {
    stage: state.stage,
    run,
    side: measured,
    saturated: saturated(measured.loads),
    withinSlo: withinSlo(measured.summary),
    sloMs: request.sloMs,
    cache,
    databaseMicrosPerRequest: databaseMicros(measured),
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario: request.scenario,
      load: request.vus === undefined ? `${request.rate}/s` : `${request.vus} users`,
      durationSeconds: request.duration,
      conditions: [
        request.cold ? 'as it is' : 'warmed up',
        ...(request.at === undefined ? [] : [`by ${request.at.name}`]),
        ...(request.disturbed ? ['disturbed on purpose'] : []),
      ],
      startedAt: run.startedAt,
    }),
  };
}

function databaseMicros({ loads, summary }: SideRun): number {
  const databases = loads.filter(({ kind }) => kind === 'db' || kind === 'replica');
  const micros = databases.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
  return summary.requests === 0 ? 0 : micros / summary.requests;
}
