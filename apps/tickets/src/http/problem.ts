import type { ErrorRequestHandler, Response } from 'express';
import { log } from '../log.ts';
import { ShardUnavailable } from '../sharding/shard-unavailable.ts';
import { Unavailable } from '../unavailable.ts';

/** An answer that says what is wrong (RFC 9457). Thrown by routes; `renderProblem` sends it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** After how many seconds to ask again. */
  readonly retryAfter: number | undefined;

  /** `kind`: a word for programs, e.g. `seats-taken`; `details`: further members, `detail` among them. */
  constructor(
    status: number,
    kind: string,
    title: string,
    details: Readonly<Record<string, unknown>> = {},
    retryAfter?: number,
  ) {
    super(title);
    this.status = status;
    this.kind = kind;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

export function notFound(what: string): Problem {
  return new Problem(404, 'not-found', `There is no such ${what}.`);
}

/** What only our own mistakes throw; everything else is a database or a network that failed. */
const DEFECTS = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Whether an error is a mistake of ours. */
export function isDefect(error: unknown): boolean {
  return DEFECTS.some((defect) => error instanceof defect);
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ShardUnavailable) return unavailable(error);
  // What Express rejects by itself: a path that cannot be decoded.
  const { status } = error as { status?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem(status, 'bad-request', 'The request cannot be understood.');
  }
  if (error instanceof Unavailable) {
    log.debug({ err: error }, 'a request was refused');
    return new Problem(503, error.kind, error.message, { detail: error.detail });
  }
  log.error({ err: error }, 'a request failed');
  if (isDefect(error)) {
    return new Problem(500, 'defect', 'The shop has a defect; its log tells more.');
  }
  return new Problem(503, 'unavailable', 'The shop cannot answer this now; try again.');
}

const ABOUT_SHARD = {
  away: 'Its shows cannot be sold or shown until it is back; all others can.',
  moving: 'The show is moving to another shard.',
  foreign: 'Its box came back without its data, so its shows cannot be sold or shown; all others can.',
} as const;

/** Which shows cannot be had, so to speak: all others can. Its breaker tells the log, once. */
function unavailable({ shard, why }: ShardUnavailable): Problem {
  return new Problem(503, 'shard-unavailable', `${shard} cannot answer for this show now; try again.`, {
    shard,
    // The one that does not pass by itself.
    ...(why === 'foreign' ? { why } : {}),
    detail: ABOUT_SHARD[why],
  });
}

export const renderProblem: ErrorRequestHandler = (error, _req, res, _next) => {
  if (res.headersSent) {
    // Half an answer must not look like a whole one.
    res.destroy();
    return;
  }
  sendProblem(res, problemOf(error));
};

function sendProblem(res: Response, problem: Problem): void {
  res.statusCode = problem.status;
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  // As RFC 9110 has it, in seconds; a problem may bring its own.
  if (problem.retryAfter !== undefined) res.setHeader('Retry-After', String(problem.retryAfter));
  if (problem.status === 503 && !res.hasHeader('Retry-After')) res.setHeader('Retry-After', '1');
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  // Also where a header for the answer that was meant to come is set already.
  res.setHeader('Cache-Control', 'no-store');
  res.end(problemText(problem, String(res.getHeader('X-Request-Id') ?? '')));
}

/** The problem as JSON; `instance` is the request's id, which the logs know too. */
export function problemText(problem: Problem, requestId: string): string {
  return JSON.stringify({
    type: `urn:tickets:problem:${problem.kind}`,
    title: problem.message,
    status: problem.status,
    ...problem.details,
    ...(requestId === '' ? {} : { instance: `urn:tickets:request:${requestId}` }),
  });
}
