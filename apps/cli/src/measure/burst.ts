import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { Mails } from '../verify/mails.ts';
import { verify } from '../verify/verify.ts';
import { type LoadResult, load } from './load.ts';
import type { Provenance } from './provenance.ts';
import { wrongAnswers } from './summary.ts';
import { ERROR_LIMIT } from './validity.ts';

export interface BurstRequest {
  readonly scenario: string;
  /** What comes on an ordinary day, requests per second. */
  readonly rate: number;
  /** So many times as much comes in the burst, for `seconds`. */
  readonly times: number;
  readonly seconds: number;
  readonly sloMs: number;
  /** Measure the boxes as they are, without warming them up first. */
  readonly cold?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** What buyers met at a rate. Times in milliseconds. */
export interface Met {
  readonly rate: number;
  readonly seconds: number;
  readonly requests: number;
  readonly wrong: number;
  /** k6 could not even send them: all its users were waiting. */
  readonly dropped: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly slowestMs: number | null;
}

/** What came of a burst; with `--json`, the document that is printed. */
export interface Burst {
  readonly stage: number;
  readonly scenario: string;
  /** `falls short`: somebody was turned away, or a mail is missing or came twice. */
  readonly verdict: 'holds' | 'falls short' | 'void';
  readonly faults: readonly string[];
  /** Why it says nothing. */
  readonly why: readonly string[];
  readonly usual: Met;
  readonly burst: Met;
  /** Sales that nobody had dealt with when the burst was over. */
  readonly waiting: number;
  /** From the end of the burst until nothing waited any more; null: not within four minutes. */
  readonly drainedMs: number | null;
  readonly mails: Mails | null;
  readonly provenance: Provenance;
}

const USUAL_SECONDS = 5;

/** An ordinary load, then many times as much for a while: who is turned away, how long is the queue, who has no mail? */
export async function burst(runtime: Runtime, state: StackState, request: BurstRequest): Promise<Burst> {
  const { scenario, rate, times, seconds, sloMs, signal, onProgress } = request;
  const shared = { scenario, sloMs, through: 'entry', cold: request.cold === true, signal } as const;
  onProgress(`${scenario} at ${rate}/s`);
  const usual = await load(runtime, state, {
    ...shared,
    rate,
    duration: USUAL_SECONDS,
    onWarmUp: () => onProgress('warm-up, without quotas'),
  });
  onProgress(`${scenario} at ${rate * times}/s, for ${seconds} s`);
  let waiting = 0;
  const burst = await load(runtime, state, {
    ...shared,
    rate: rate * times,
    duration: seconds,
    onDrain: () => onProgress('the burst is over; the queue drains'),
    onLook: ({ outbox, lag }) => {
      waiting = Math.max(waiting, outbox + lag);
    },
  });
  onProgress('verify');
  const { verdict, mails } = await verify(runtime, (await runtime.state(state)) ?? state);
  const faults = [
    ...refusals(burst),
    ...(burst.drainedMs === null ? ['the queue did not drain'] : []),
    ...(verdict === 'falls short' ? ['what buyers were told does not hold'] : []),
  ];
  // What the burst itself is to blame for is a finding; only the ordinary day has to be in order.
  const why = [
    ...usual.run.why,
    ...(waiting === 0 ? ['no message waited when the burst was over: it was none for the workers'] : []),
  ];
  return {
    stage: state.stage,
    scenario,
    verdict: why.length > 0 ? 'void' : faults.length > 0 ? 'falls short' : 'holds',
    faults,
    why,
    usual: met(usual, rate, USUAL_SECONDS),
    burst: met(burst, rate * times, seconds),
    waiting,
    drainedMs: burst.drainedMs ?? null,
    mails,
    provenance: burst.provenance,
  };
}

function refusals({ side: { summary } }: LoadResult): string[] {
  const wrong = wrongAnswers(summary);
  return [
    ...(wrong >= Math.max(1, summary.requests * ERROR_LIMIT)
      ? [`${wrong} of ${summary.requests} buyers were turned away or answered wrongly`]
      : []),
    ...(summary.dropped > 0 ? [`${summary.dropped} buyers did not even get through`] : []),
  ];
}

function met({ side: { summary } }: LoadResult, rate: number, seconds: number): Met {
  const { requests, dropped, latency } = summary;
  return {
    rate,
    seconds,
    requests,
    wrong: wrongAnswers(summary),
    dropped,
    p50Ms: latency?.p50Ms ?? null,
    p95Ms: latency?.p95Ms ?? null,
    slowestMs: latency?.maxMs ?? null,
  };
}
