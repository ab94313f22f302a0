import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { log } from '../log.ts';

/** An answer that says what is wrong (RFC 9457). Thrown by routes; `renderProblem` sends it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;

  /** `kind`: a word for programs, e.g. `seats-taken`; `details`: further members, `detail` among them. */
  constructor(status: number, kind: string, title: string, details: Readonly<Record<string, unknown>> = {}) {
    super(title);
    this.status = status;
    this.kind = kind;
    this.details = details;
  }
}

export function notFound(what: string): Problem {
  return new Problem(404, 'not-found', `There is no such ${what}.`);
}

/** For a path that exists with other methods. */
export function onlyMethods(...allowed: string[]): RequestHandler {
  return (_req, res) => {
    res.setHeader('Allow', allowed.join(', '));
    throw new Problem(405, 'method-not-allowed', `Only ${allowed.join(' and ')} here.`);
  };
}

/** What Express and its body parser reject, in our words. */
const REJECTED: Readonly<Record<string, readonly [status: number, kind: string, title: string]>> = {
  'entity.too.large': [413, 'too-large', 'The body is larger than 16 kB.'],
  'entity.parse.failed': [400, 'malformed', 'The body is not valid JSON.'],
  'charset.unsupported': [415, 'wrong-type', 'The body must be UTF-8.'],
  'encoding.unsupported': [415, 'wrong-type', 'The body has an encoding that is not known.'],
  'request.aborted': [400, 'malformed', 'The request ended early.'],
  'request.size.invalid': [400, 'malformed', 'The body is not as long as announced.'],
};

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = error as { type?: unknown; status?: unknown };
  const rejected = typeof type === 'string' ? REJECTED[type] : undefined;
  if (rejected !== undefined) return new Problem(...rejected);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem(status, 'bad-request', 'The request cannot be understood.');
  }
  log.error({ err: error }, 'a request failed');
  return new Problem(503, 'unavailable', 'The shop cannot answer this now; try again.');
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
  if (problem.status === 503) res.setHeader('Retry-After', '1');
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
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
