import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { type CacheUse, cacheCounts, cacheUse } from './cache-use.ts';
import { type LoadResult, load } from './load.ts';

export interface ColdStartRequest {
  readonly rate: number;
  readonly sloMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** What the cache did in one of the moments that the run was looked at. */
interface Moment {
  /** Milliseconds after the cache was emptied; negative before. */
  readonly atMs: number;
  readonly seconds: number;
  readonly use: CacheUse;
}

export interface ColdStart {
  readonly load: LoadResult;
  readonly before: { readonly ratio: number; readonly databaseReadsPerSecond: number };
  /** Until the hit ratio was back within two percent of what it had been; null: not while it was looked at. */
  readonly backAfterMs: number | null;
  readonly peakDatabaseReadsPerSecond: number;
  /** Reads that the databases answered until then. */
  readonly readsWhileCold: number;
  /** Why it shows nothing: the cache was not in use, or nobody noticed that it was emptied. */
  readonly why: readonly string[];
}

/** Seconds of load: before the cache is emptied, and after. */
const SECONDS = { before: 7, after: 8 };
const BEGIN_LIMIT_MS = 15_000;
const EVERY_MS = 500;
const BACK_WITHIN = 0.02;
/** A cache that answers less than this is not in use. */
const IN_USE = 0.1;

/** Puts load on a stage, empties its cache in the middle, and watches what that does to the databases. */
export async function coldStart(
  runtime: Runtime,
  state: StackState,
  request: ColdStartRequest,
): Promise<ColdStart> {
  let start = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const loading = load(runtime, state, {
    scenario: 'look',
    rate: request.rate,
    // One more than is looked at: the last look must not see the end.
    duration: SECONDS.before + SECONDS.after + 2,
    sloMs: request.sloMs,
    through: 'entry',
    signal: request.signal,
    onWarmUp: () => request.onProgress('warming up, without quotas'),
    onStart: () => start(),
  });
  const watching = started.then(() => watch(runtime, state, request));
  // If the load fails before it starts, nobody watches.
  const [result, moments] = await Promise.all([
    loading,
    Promise.race([watching, loading.then(() => watching)]),
  ]);
  return { load: result, ...verdict(moments) };
}

async function watch(runtime: Runtime, state: StackState, request: ColdStartRequest): Promise<Moment[]> {
  const moments: { at: number; seconds: number; use: CacheUse }[] = [];
  let last = { at: performance.now(), counts: await cacheCounts(runtime, state) };
  const look = async (): Promise<void> => {
    await sleep(EVERY_MS, undefined, { signal: request.signal });
    const now = { at: performance.now(), counts: await cacheCounts(runtime, state) };
    const seconds = (now.at - last.at) / 1000;
    moments.push({ at: now.at, seconds, use: cacheUse(last.counts, now.counts) });
    last = now;
  };
  const lookUntil = async (end: number): Promise<void> => {
    while (performance.now() < end) await look();
  };
  const asked = (): boolean => {
    const { use, seconds } = moments.at(-1) ?? { use: null, seconds: 1 };
    return use !== null && use.hits + use.misses > (request.rate * seconds) / 2;
  };
  // k6 takes its time to begin.
  for (const limit = performance.now() + BEGIN_LIMIT_MS; !asked(); ) {
    if (performance.now() > limit) throw new Failure('The load did not begin in time.');
    await look();
  }
  await lookUntil(performance.now() + SECONDS.before * 1000);
  await emptyCache(runtime, state);
  const emptiedAt = performance.now();
  request.onProgress('the cache is empty');
  await lookUntil(emptiedAt + SECONDS.after * 1000);
  return moments.map(({ at, ...moment }) => ({ ...moment, atMs: Math.round(at - emptiedAt) }));
}

/** In one transaction, because under load the cache is not empty for long. */
const EMPTY = `printf 'MULTI\\nFLUSHALL\\nDBSIZE\\nEXEC\\n' | redis-cli -h "$BOX_ADDRESS"`;

/** Takes everything out of the first cache of a stack. @throws Failure when it does not answer. */
export async function emptyCache(runtime: Runtime, state: StackState): Promise<void> {
  const box = state.boxes.find(({ kind }) => kind === 'cache')?.name ?? '';
  const { stdout, stderr } = await runtime.exec(state, box, ['sh', '-c', EMPTY], { timeoutMs: 10_000 });
  // What the transaction answers: done, and no key is left.
  if (!stdout.trim().endsWith('OK\n0'))
    throw new Failure(`The cache could not be emptied: ${(stderr || stdout).trim()}`, { where: box });
}

/** What the moments before and after say of each other. */
export function verdict(moments: readonly Moment[]): Omit<ColdStart, 'load'> {
  // The first moments fill a cache that was not asked for a while, or was left by another load.
  const warm = moments.filter(({ atMs }) => atMs < 0).slice(-6);
  const cold = moments.filter(({ atMs }) => atMs >= 0);
  const perSecond = ({ use, seconds }: Moment): number => use.databaseReads / seconds;
  const hits = warm.reduce((sum, { use }) => sum + use.hits, 0);
  const all = warm.reduce((sum, { use }) => sum + use.hits + use.misses, 0);
  const ratio = all === 0 ? 0 : hits / all;
  const back = cold.findIndex(({ use }) => (use.ratio ?? 0) >= ratio - BACK_WITHIN);
  const until = back === -1 ? cold : cold.slice(0, back + 1);
  return {
    before: {
      ratio,
      databaseReadsPerSecond:
        warm.reduce((sum, moment) => sum + perSecond(moment), 0) / Math.max(1, warm.length),
    },
    backAfterMs: cold[back]?.atMs ?? null,
    peakDatabaseReadsPerSecond: Math.max(0, ...cold.map(perSecond)),
    readsWhileCold: until.reduce((sum, { use }) => sum + use.databaseReads, 0),
    why: nothingShown(warm, cold, ratio),
  };
}

/** The first moments after the cache was emptied have more misses than as many moments before, if anybody noticed. */
function nothingShown(warm: readonly Moment[], cold: readonly Moment[], ratio: number): string[] {
  if (ratio < IN_USE)
    return [`the cache answered only ${(ratio * 100).toFixed(1)} % of the reads before it was emptied`];
  const first = cold.slice(0, 2);
  const misses = (moments: readonly Moment[]): number =>
    moments.reduce((sum, { use }) => sum + use.misses, 0) / Math.max(1, moments.length);
  return misses(first) > misses(warm)
    ? []
    : ['no more reads missed the cache after it was emptied than before'];
}
