import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type CacheUse, cacheCounts, cacheUse, hasCache } from './cache-use.ts';
import { type Provenance, provenance } from './provenance.ts';
import { hasQueue, type Queue, untilDrained } from './queue.ts';
import { type Run, runLoad, type SideRun } from './run.ts';
import { saturated, type Tier } from './saturation.ts';
import { openStreams, type StreamsUse } from './streams.ts';
import { withinSlo } from './summary.ts';
import { warmUp } from './warm-up.ts';

/** A way into the shop: how it is called in a run's provenance, and its address. */
export interface Entrance {
  readonly name: string;
  readonly url: string;
}

export interface LoadRequest {
  readonly scenario: string;
  /** Requests per second (open model), or users (closed): one of the two. */
  readonly rate?: number;
  readonly vus?: number;
  readonly duration: number;
  readonly sloMs: number;
  readonly through: 'entry' | 'site';
  /** Where the load comes in, if not by the stage's entry: the edge of another region, the link. */
  readonly by?: Entrance;
  readonly localIps?: string;
  /** Visitors who watch a seat map meanwhile, at each of these ways in. */
  readonly streams?: { readonly count: number; readonly ways: readonly string[] };
  readonly signal: AbortSignal;
  /** Boxes are killed or reloaded meanwhile, on purpose: wrong answers are counted, latencies stand for nothing. */
  readonly disturbed?: boolean;
  /** Measure the boxes as they are, without warming them up first. */
  readonly cold?: boolean;
  readonly onWarmUp?: () => void;
  readonly onStreams?: (phase: 'open' | 'leave') => void;
  readonly onStart?: (api: string | null) => void;
  /** The load has ended; what it left in the queue is waited for. */
  readonly onDrain?: () => void;
  /** What waits in the queue meanwhile, from the end of the load on. */
  readonly onLook?: (queue: Queue) => void;
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
  /** From the end of the load until everything sold was dealt with, in milliseconds; undefined: there is no queue. */
  readonly drainedMs?: number | null;
  /** Undefined: nobody watched. */
  readonly streams?: StreamsUse;
  readonly provenance: Provenance;
}

/** Longer than this after its end, a run's queue has not drained: it took in more than it can deal with. */
const DRAIN_LIMIT_MS = 240_000;

/** One run against a running stack, at a rate or with a number of users. */
export async function load(runtime: Runtime, state: StackState, request: LoadRequest): Promise<LoadResult> {
  const url = request.by?.url;
  const side = { side: 'this', state, ...(url === undefined ? {} : { url }) };
  if (!request.cold) await warmUp(runtime, state, { ...request, ...(url === undefined ? {} : { url }) });
  const before = hasCache(state) ? await cacheCounts(runtime, state) : null;
  const { ran, streams } = await withStreams(runtime, state, request, () =>
    runLoad(runtime, {
      ...request,
      mode: request.vus === undefined ? 'open' : 'closed',
      sides: [side],
      lead: 1.5,
      step: Math.max(5, Math.ceil(request.duration / 60)),
    }),
  );
  const drainedMs = hasQueue(state) ? await drain(runtime, state, request) : undefined;
  const run =
    drainedMs === null ? { ...ran, why: [...ran.why, 'the queue did not drain after the load'] } : ran;
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
    ...(drainedMs === undefined ? {} : { drainedMs }),
    ...(streams === undefined ? {} : { streams }),
    provenance: await provenance({
      runtime,
      stacks: [state],
      scenario: request.scenario,
      load: request.vus === undefined ? `${request.rate}/s` : `${request.vus} users`,
      durationSeconds: request.duration,
      conditions: [
        request.cold ? 'as it is' : 'warmed up',
        ...(request.by === undefined ? [] : [request.by.name]),
        ...(streams === undefined ? [] : [`${streams.opened} event streams open`]),
        ...(request.disturbed ? ['disturbed on purpose'] : []),
      ],
      startedAt: run.startedAt,
    }),
  };
}

async function withStreams(
  runtime: Runtime,
  state: StackState,
  { streams, signal, onStreams }: LoadRequest,
  run: () => Promise<Run>,
): Promise<{ ran: Run; streams?: StreamsUse }> {
  if (streams === undefined) return { ran: await run() };
  onStreams?.('open');
  const watchers = await openStreams(runtime, state, streams.ways, streams.count, signal);
  try {
    const ran = await run();
    onStreams?.('leave');
    return { ran, streams: await watchers.leave() };
  } finally {
    watchers.close();
  }
}

function drain(
  runtime: Runtime,
  state: StackState,
  { signal, onDrain, onLook }: LoadRequest,
): Promise<number | null> {
  onDrain?.();
  return untilDrained(runtime, state, {
    limitMs: DRAIN_LIMIT_MS,
    signal,
    ...(onLook === undefined ? {} : { onLook }),
  });
}

function databaseMicros({ loads, summary }: SideRun): number {
  const databases = loads.filter(({ kind }) => kind === 'db' || kind === 'replica');
  const micros = databases.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
  return summary.requests === 0 ? 0 : micros / summary.requests;
}
