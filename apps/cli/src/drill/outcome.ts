import { z } from 'zod';

/** As loadtests/lib/timeline.ts writes it. */
const moment = z.object({
  request: z.string(),
  sentAt: z.number(),
  tookMs: z.number(),
  verdict: z.string(),
  status: z.number(),
});

export type Group = 'reads' | 'writes' | 'static';
export const GROUPS: readonly Group[] = ['reads', 'writes', 'static'];

/** One request of a drill's load, and how it ended. Moments in milliseconds since 1970. */
export interface Outcome {
  /** `list`, `reserve` …: an action of loadtests/lib/record.ts. */
  readonly request: string;
  readonly group: Group;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly right: boolean;
  /** How it failed: `no answer`, `timed out`, `503`, `wrong content`; empty: it was right. */
  readonly failure: string;
}

const WRITES: readonly string[] = ['reserve', 'buy', 'replay', 'refused', 'cancel'];
const STATIC: readonly string[] = ['page', 'poster', 'script'];

function groupOf(request: string): Group {
  if (WRITES.includes(request)) return 'writes';
  return STATIC.includes(request) ? 'static' : 'reads';
}

/** The outcome in a line that a script logged; null for every other line. */
export function outcomeIn(line: string): Outcome | null {
  if (!line.startsWith('{') || !line.includes('"sentAt"')) return null;
  const { request, sentAt, tookMs, verdict, status } = moment.parse(JSON.parse(line));
  const right = verdict === 'right';
  const failure = right ? '' : failureOf(status, verdict, tookMs);
  return { request, group: groupOf(request), sentAt, endedAt: sentAt + tookMs, right, failure };
}

/** REQUEST_TIMEOUT_SECONDS of loadtests/lib/options.ts, less what its clock and this one may differ by. */
const TIMED_OUT_MS = 4900;

function failureOf(status: number, verdict: string, tookMs: number): string {
  if (status === 0) return tookMs >= TIMED_OUT_MS ? 'timed out' : 'no answer';
  return verdict === 'shape' ? 'wrong content' : String(status);
}
